using Microsoft.Extensions.Logging;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.PlugIns;

/// <summary>Stands between the engine and a module that somebody else wrote: what it throws becomes an answer, and what does not come back is not waited for.</summary>
internal class BoundedCarrier : ICarrier
{
    /// <summary>Most calls at a time. Calls that never come back count for ever, so that a module that hangs costs this many threads and not more.</summary>
    internal const int CallsMax = 64;

    /// <summary>What a search may take above its deadline.</summary>
    private static readonly TimeSpan FindGrace = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan QuestionMax = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan OrderMax = TimeSpan.FromMinutes(5); // more than the longest request_timeout_ms
    private static readonly TimeSpan BillableMax = TimeSpan.FromSeconds(1);

    /// <summary>An order that may be on the wire is not left at once when the server stops.</summary>
    private static readonly TimeSpan OrderGrace = TimeSpan.FromSeconds(2);

    private readonly ICarrier _module;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private int _running;

    internal BoundedCarrier(ICarrier module, TimeProvider clock, ILogger logger) =>
        (_module, _clock, _logger, Name, Info) = (module, clock, logger, module.Name, module.Info with { Keys = module.Info.Keys.IsDefault ? [] : module.Info.Keys });

    /// <inheritdoc/>
    public CarrierName Name { get; }

    /// <inheritdoc/>
    public CarrierInfo Info { get; }

    /// <summary>Puts a module behind a guard; one that has commands keeps them.</summary>
    internal static ICarrier Around(ICarrier module, TimeProvider clock, ILogger logger) =>
        module is ICarrierMaintenance ? new BoundedCarrierWithCommands(module, clock, logger) : new BoundedCarrier(module, clock, logger);

    /// <inheritdoc/>
    public bool IsBillable(NumberRecord number)
    {
        var asking = OnOwnThread(() => Task.FromResult(_module.IsBillable(number)));
        try
        {
            return !asking.Wait(BillableMax) || asking.Result;
        }
        catch (AggregateException fault)
        {
            _logger.PlugInFailed(fault, Name, "is_billable");
            return true;
        }
    }

    /// <inheritdoc/>
    public Task<FindReply> FindAsync(CarrierSearch search, CarrierContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(context);
        var limit = context.Budget is null ? QuestionMax : context.TimeLeft + FindGrace;
        return RunAsync("find", async () => Cleaned(await _module.FindAsync(search, context, ct), PlugInAnswers.Of), limit, TimeSpan.Zero, FindReply.Failed, ct);
    }

    /// <inheritdoc/>
    public Task<CarrierOutcome> AcquireAsync(CarrierOrder order, CarrierContext context, CancellationToken ct) =>
        RunAsync("acquire", async () => Cleaned(await _module.AcquireAsync(order, context, ct), PlugInAnswers.Of), OrderMax, OrderGrace, OfOrder, ct);

    /// <inheritdoc/>
    public Task<CarrierOutcome> RecoverAsync(CarrierOrder order, CarrierContext context, CancellationToken ct) =>
        RunAsync<CarrierOutcome>("recover", async () => Cleaned(await _module.RecoverAsync(order, context, ct), PlugInAnswers.Of), OrderMax, OrderGrace, error => new CarrierOutcome.Unknown(error), ct);

    /// <inheritdoc/>
    public Task<CarrierOutcome> DisconnectAsync(CarrierOrder order, CarrierContext context, CancellationToken ct) =>
        RunAsync("disconnect", async () => Cleaned(await _module.DisconnectAsync(order, context, ct), PlugInAnswers.Of), OrderMax, OrderGrace, OfOrder, ct);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<PhoneNumber, CarrierCheck>> CheckAsync(IReadOnlyList<PhoneNumber> numbers, CarrierContext context, CancellationToken ct) =>
        AskAsync("check", async () => Cleaned(await _module.CheckAsync(numbers, context, ct), PlugInAnswers.Of), ct);

    /// <inheritdoc/>
    public Task<OwnedPage> ListOwnedAsync(string? cursor, CarrierContext context, CancellationToken ct) =>
        AskAsync("list_owned", async () => Cleaned(await _module.ListOwnedAsync(cursor, context, ct), PlugInAnswers.Of), ct);

    /// <inheritdoc/>
    public async Task<CarrierError?> HealthAsync(CarrierContext context, CancellationToken ct)
    {
        var (_, error) = await RunAsync<(bool, CarrierError?)>(
            "health", async () => (true, await _module.HealthAsync(context, ct)), QuestionMax, TimeSpan.Zero, error => (false, error), ct);
        return error is null ? null : PlugInAnswers.Of(error);
    }

    /// <summary>Asks what fails by exception.</summary>
    protected Task<T> AskAsync<T>(string operation, Func<Task<T>> ask, CancellationToken ct) =>
        RunAsync(operation, ask, QuestionMax, TimeSpan.Zero, error => throw new CarrierException(error), ct);

    /// <summary>On the module's own time: its lists may be anything. No answer stays none.</summary>
    protected static T Cleaned<T>(T answer, Func<T, T> clean) where T : class => answer is null ? answer! : clean(answer); // a null that the type denies

    // Only what was never called is sure not to have been sent.
    private static CarrierOutcome OfOrder(CarrierError error) =>
        error.Kind == CarrierErrorKind.RateLimited ? new CarrierOutcome.Refused(error) : new CarrierOutcome.Unknown(error with { Kind = CarrierErrorKind.OutcomeUnknown });

    private async Task<T> RunAsync<T>(string operation, Func<Task<T>> call, TimeSpan limit, TimeSpan grace, Func<CarrierError, T> failed, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (Volatile.Read(ref _running) >= CallsMax)
            return failed(new CarrierError(CarrierErrorKind.RateLimited, $"{CallsMax} calls of this module have not come back") { RetryAfter = TimeSpan.FromSeconds(30) });

        using var patience = new CancellationTokenSource(limit < QuestionMax * 10 ? limit : QuestionMax, _clock);
        using var stopping = ct.Register(() => patience.CancelAfter(grace));
        var running = OnOwnThread(call);
        try
        {
            return await running.WaitAsync(patience.Token) ?? failed(new CarrierError(CarrierErrorKind.BadReply, "The module answered nothing"));
        }
        catch (OperationCanceledException) when (!running.IsCompleted && !ct.IsCancellationRequested)
        {
            _logger.PlugInLate(Name, operation);
            return failed(new CarrierError(CarrierErrorKind.Timeout, "The module did not come back in time"));
        }
        catch (OperationCanceledException)
        {
            throw; // the caller stopped, or a note could not be taken: the order is another worker's
        }
        catch (CarrierException known) when (known.Error.Kind != CarrierErrorKind.RateLimited || operation is not ("acquire" or "disconnect"))
        {
            return failed(PlugInAnswers.Of(known.Error));
        }
        catch (Exception fault)
        {
            _logger.PlugInFailed(fault, Name, operation);
            return failed(new CarrierError(CarrierErrorKind.BadReply, $"The module failed: {fault.GetType().Name}"));
        }
    }

    // The part before the first await runs in a thread of its own, for a module may block there for ever.
    private Task<T> OnOwnThread<T>(Func<Task<T>> call)
    {
        Interlocked.Increment(ref _running);
        var running = Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default).Unwrap();
        running.ContinueWith(
            ended =>
            {
                _ = ended.Exception; // seen, also when nobody waits any more
                Interlocked.Decrement(ref _running);
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return running;
    }
}

/// <summary>The same for a module that has commands for operators.</summary>
internal sealed class BoundedCarrierWithCommands : BoundedCarrier, ICarrierMaintenance
{
    private readonly ICarrierMaintenance _commands;

    internal BoundedCarrierWithCommands(ICarrier module, TimeProvider clock, ILogger logger) : base(module, clock, logger)
    {
        _commands = (ICarrierMaintenance)module;
        Commands = [.. _commands.Commands];
    }

    /// <inheritdoc/>
    public IReadOnlyList<CarrierCommand> Commands { get; }

    /// <inheritdoc/>
    public async Task<CarrierCommandReply> RunAsync(string function, IReadOnlyList<string> arguments, CarrierContext context, CancellationToken ct)
    {
        try
        {
            return await AskAsync(function, async () => Cleaned(await _commands.RunAsync(function, arguments, context, ct), PlugInAnswers.Of), ct);
        }
        catch (CarrierException failed)
        {
            return new CarrierCommandReply.Failed(failed.Error);
        }
    }
}
