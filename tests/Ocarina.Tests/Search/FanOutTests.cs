using Microsoft.Extensions.Logging.Abstractions;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Manager.Search;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Search;

/// <summary>Modules that never come back must not eat the process.</summary>
public sealed class FanOutTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_module_in_which_too_many_searches_hang_is_not_asked_until_one_of_them_ends()
    {
        var fanOut = new FanOut(TimeProvider.System, NullLogger<FanOut>.Instance);
        var (hanging, asked) = (new TaskCompletionSource<SourceReply>(), 0);
        var source = Source(_ =>
        {
            asked++;
            return hanging.Task;
        });
        for (var i = 0; i < FanOut.StuckCallsMax; i++) Assert.True((await GiveUpAsync(fanOut, source)).Reply.IsSilent);

        var refused = await GiveUpAsync(fanOut, source);
        Assert.Equal(FanOut.StuckCallsMax, asked);
        Assert.Equal(CarrierErrorKind.Timeout, refused.Reply.Error?.Kind);

        hanging.SetResult(SourceReply.Silent);
        SourceAnswer answer;
        do answer = await GiveUpAsync(fanOut, source);
        while (answer.Reply.Error is not null); // those that hung end in the background
        Assert.True(asked > FanOut.StuckCallsMax);
    }

    [Fact]
    public async Task What_a_module_hangs_on_its_token_can_neither_fail_nor_hold_up_a_search()
    {
        var fanOut = new FanOut(TimeProvider.System, NullLogger<FanOut>.Instance);
        using var release = new ManualResetEventSlim();
        var source = Source(async ct =>
        {
            ct.Register(() => throw new InvalidOperationException("a fault of the module"));
            ct.Register(() => release.Wait(Ct));
            await Task.Delay(Timeout.Infinite, ct);
            return SourceReply.Silent;
        });

        var run = fanOut.Start([source]);
        run.Dispose();

        release.Set();
        await foreach (var answer in run.ReadAsync(Patience.Max, Ct)) Assert.True(answer.Reply.IsSilent);
    }

    [Fact]
    public async Task Only_so_many_searches_are_waited_for_in_the_background_and_none_when_the_process_ends()
    {
        var late = new LateAnswers(NullLogger<LateAnswers>.Instance);
        var waits = new TaskCompletionSource();
        for (var i = 0; i < LateAnswers.SearchesMax; i++) Assert.True(late.TryKeep(ct => waits.Task.WaitAsync(ct)));
        Assert.False(late.TryKeep(_ => Task.CompletedTask));

        waits.SetException(new InvalidOperationException("a fault of the database"));
        await late.IdleAsync().WaitAsync(Patience.Max, Ct);
        while (!late.TryKeep(ct => Task.Delay(Timeout.Infinite, ct))) await Task.Yield(); // they leave a moment after they ended

        await late.DisposeAsync().AsTask().WaitAsync(Patience.Max, Ct);
    }

    private static SearchSource Source(Func<CancellationToken, Task<SourceReply>> ask) => new(CarrierName.Parse("telnyx"), 0, IsRemote: true, ask);

    private static async Task<SourceAnswer> GiveUpAsync(FanOut fanOut, SearchSource source)
    {
        using var run = fanOut.Start([source]);
        var ending = run.EndAfterAsync(TimeSpan.FromMilliseconds(50), Ct);
        await foreach (var answer in run.ReadAsync(Patience.Max, Ct))
        {
            await ending;
            return answer;
        }

        throw new InvalidOperationException("No answer came.");
    }
}
