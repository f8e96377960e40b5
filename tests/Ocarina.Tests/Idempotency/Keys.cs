using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Ocarina.Core;
using Ocarina.Storage;
using Ocarina.Tests.PhoneNumbers;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Idempotency;

/// <summary>Keys of calls, and what tests do to the rows behind them.</summary>
internal static class Keys
{
    private static int _last;

    internal static string Next() => $"key-{Interlocked.Increment(ref _last)}";

    internal static Action<HttpRequestMessage> Sent(string key) => request => Assert.True(request.Headers.TryAddWithoutValidation("Idempotency-Key", key));

    /// <summary>Leaves the newest call as a process leaves it that dies after the commit and before the reply.</summary>
    internal static Task CutOffAsync(this NumberLab lab) => CutOffAsync(lab.Server);

    internal static Task CutOffAsync(TestServer server) => server.Services.GetRequiredService<IDatabase>().WriteAsync(
        async (session, ct) =>
        {
            const string sql = "UPDATE idempotency_keys SET reply = NULL, owner = 'dead' WHERE reply IS NOT NULL";
            return await session.Connection.ExecuteAsync(new CommandDefinition(sql, null, session.Transaction, cancellationToken: ct));
        }, WriteLane.Foreground, TestContext.Current.CancellationToken);

    /// <summary>Makes the calls cut off seem to be run by another process for a while.</summary>
    internal static Task LeaseAsync(this NumberLab lab, TimeSpan time)
    {
        var until = (lab.Clock.GetUtcNow() + time).ToUnixTimeMilliseconds();
        return lab.Server.Services.GetRequiredService<IDatabase>().WriteAsync(
            (session, ct) => session.Connection.ExecuteAsync(new CommandDefinition(
                "UPDATE idempotency_keys SET lease_until = @until WHERE owner = 'dead'", new { until }, session.Transaction, cancellationToken: ct)),
            WriteLane.Foreground, TestContext.Current.CancellationToken);
    }

    /// <summary>All that is kept, as it lies in the table.</summary>
    internal static async Task<string> KeptAsync(this NumberLab lab) => string.Join('\n', await lab.Server.Services.GetRequiredService<IDatabase>().ReadAsync(
        (session, ct) => session.Connection.QueryAsync<string>(new CommandDefinition(
            "SELECT effects || reply FROM idempotency_keys WHERE reply IS NOT NULL", null, session.Transaction, cancellationToken: ct)),
        TestContext.Current.CancellationToken));

    /// <summary>Takes a number out of the way of other tests.</summary>
    internal static async Task HaveGoneAsync(this NumberLab lab, string number)
    {
        if ((await lab.Numbers.LoadAsync([PhoneNumber.Parse(number)], TestContext.Current.CancellationToken)).Count > 0)
            Assert.Equal(200, (await lab.CallAsync(lab.Master, "DELETE", NumberLab.At(lab.Master, number) + "?hard=true")).Status);
    }
}
