using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Http;

/// <summary>Stands between a module's own code and the engine: faults become answers, answers lose their secrets.</summary>
internal sealed class Guard(ICarrierHost host)
{
    private CarrierHttp? _http;

    public CarrierHttp Http => _http ??= host.Service<CarrierHttp>() ?? throw new InvalidOperationException("The host has no HTTP chassis for carriers.");

    private ILogger Logger => _http?.Logger ?? NullLogger.Instance;

    /// <summary>Runs one order call. An exception after a write went out means that its outcome is not known, whatever the exception says.</summary>
    public async Task<CarrierOutcome> RunAsync(
        string operation, CarrierName carrier, CarrierContext context, bool isOrder, Func<Task<CarrierOutcome>> run, CancellationToken ct)
    {
        var mask = TrafficMask.For(context.Settings);
        var witness = new CallWitness();
        CallWitness.Current = witness;
        CarrierOutcome outcome;
        try
        {
            outcome = await run();
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (!witness.HasWritten)
        {
            throw; // a note that could not be taken: the order is another worker's
        }
        catch (Exception fault)
        {
            var error = ErrorOf(fault, carrier, operation, mask);
            var isKnown = fault is CarrierException && error.Kind != CarrierErrorKind.OutcomeUnknown;
            outcome = isOrder && !witness.HasWritten && isKnown ? new CarrierOutcome.Refused(error) : new CarrierOutcome.Unknown(error);
        }

        return Cleaned(outcome, witness, mask, carrier);
    }

    /// <summary>Runs a question that fails by <see cref="CarrierException"/>.</summary>
    public async Task<T> AskAsync<T>(string operation, CarrierName carrier, CarrierContext context, string? missingKey, Func<Task<T>> ask, CancellationToken ct)
    {
        if (missingKey is not null) throw new CarrierException(new CarrierError(CarrierErrorKind.NotConfigured, $"{missingKey} is not set"));
        try
        {
            return await ask();
        }
        catch (Exception fault) when (!(fault is OperationCanceledException && ct.IsCancellationRequested))
        {
            throw new CarrierException(ErrorOf(fault, carrier, operation, TrafficMask.For(context.Settings)), fault);
        }
    }

    /// <summary>What a fault is in the vocabulary of carriers.</summary>
    public CarrierError ErrorOf(Exception fault, CarrierName carrier, string operation, TrafficMask mask)
    {
        switch (fault)
        {
            case CarrierException known:
                Tell(known.Error, carrier, mask);
                return Masked(known.Error, mask)!; // a known error is there
            case OperationCanceledException:
                return new CarrierError(CarrierErrorKind.Timeout, "The time is over");
            default:
                Logger.ModuleFailed(fault, carrier, operation);
                return new CarrierError(CarrierErrorKind.BadReply, $"The module failed: {fault.GetType().Name}");
        }
    }

    public void Dropped(CarrierName carrier, int count)
    {
        if (_http is null) return;
        _http.Measures.Dropped(carrier, count);
        Logger.ResultsDropped(carrier, count);
    }

    /// <summary>The error without secrets, and no longer than promised.</summary>
    public static CarrierError? Masked(CarrierError? error, TrafficMask mask)
    {
        if (error?.Detail is not { } detail) return error;
        var masked = mask.Text(detail);
        return error with { Detail = masked.Length > CarrierError.DetailMax ? masked[..CarrierError.DetailMax] : masked };
    }

    private CarrierOutcome Cleaned(CarrierOutcome outcome, CallWitness witness, TrafficMask mask, CarrierName carrier)
    {
        if (outcome is CarrierOutcome.Refused { Error: var why }) Tell(why, carrier, mask);
        var cleaned = outcome switch
        {
            CarrierOutcome.Refused refused => refused with { Error = Masked(refused.Error, mask)! }, // an error in, an error out; so below
            CarrierOutcome.Unknown unknown => unknown with { Error = Masked(unknown.Error, mask)! },
            CarrierOutcome.NeedsOperator stuck => stuck with { Error = Masked(stuck.Error, mask)! },
            CarrierOutcome.Scheduled later => later with { Error = Masked(later.Error, mask)! },
            _ => outcome,
        };
        return cleaned with { Evidence = [.. witness.Notes, .. outcome.Evidence.Select(mask.Text)] };
    }

    /// <summary>What only a person can put right is said loudly.</summary>
    private void Tell(CarrierError error, CarrierName carrier, TrafficMask mask)
    {
        if (error.Kind is CarrierErrorKind.InvalidConfig or CarrierErrorKind.Unauthenticated or CarrierErrorKind.Unauthorized or CarrierErrorKind.InsufficientFunds)
            Logger.OperatorNeeded(carrier, error.Name, error.Detail is null ? null : LogText.WithoutNumbers(mask.Text(error.Detail)));
    }
}
