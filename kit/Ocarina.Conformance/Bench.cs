using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Ocarina.Carriers;
using Ocarina.Carriers.Http;
using Ocarina.Conformance.Wire;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Xunit;

namespace Ocarina.Conformance;

/// <summary>A module facing its stub, with a wire between that can fail, and as much of the engine around as an order needs.</summary>
internal sealed class Bench : IAsyncDisposable
{
    private const int QuestionsMax = 60;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly CarrierHttp _http;
    private readonly LogCapture _logs = new();
    private int _contexts;

    private Bench(ICarrierStub stub, WireTap tap, Func<ICarrierHost, ICarrier> create)
    {
        (Stub, Tap) = (stub, tap);
        _http = new CarrierHttp(Clock, _logs);
        Host = new CarrierHost(Clock, _http, _logs);
        Carrier = create(Host);
    }

    public ICarrierStub Stub { get; }

    public WireTap Tap { get; }

    public ICarrier Carrier { get; }

    public CarrierHost Host { get; }

    public JumpingClock Clock { get; } = new();

    public NoteBook Notes { get; } = new();

    /// <summary>Everything that was logged, at every level.</summary>
    public IReadOnlyCollection<(LogLevel Level, string Text)> Logs => _logs.Lines;

    public static async Task<Bench> StartAsync(Func<CancellationToken, Task<ICarrierStub>> startStub, Func<ICarrierHost, ICarrier> create, CancellationToken ct)
    {
        var stub = await startStub(ct);
        return new Bench(stub, await WireTap.StartAsync(stub, ct), create);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Tap.DisposeAsync();
        await Stub.DisposeAsync();
        _logs.Dispose();
    }

    /// <summary>The settings that work, with a few changed. A key whose value is null is left out.</summary>
    public JsonObject Settings(params IEnumerable<(string Key, JsonNode? Value)> changes)
    {
        var settings = Stub.SettingsFor(Tap.Address);
        settings["enable_provisioning"] ??= true;
        settings["sandbox_provisioning"] ??= false;
        settings["rate_limit_per_s"] ??= 1000;
        settings["recover_lag_s"] ??= 1;
        settings["settle_max_interval_s"] ??= 1;
        foreach (var (key, value) in changes)
        {
            if (value is null) settings.Remove(key);
            else settings[key] = value.DeepClone();
        }

        return settings;
    }

    /// <summary>A context with settings of its own: what modules remember for other settings does not count for it, nor does an open circuit.</summary>
    public CarrierContext Context(params IEnumerable<(string Key, JsonNode? Value)> changes)
    {
        var settings = Settings(changes);
        settings["conformance_context"] = ++_contexts;
        return Context(settings);
    }

    public CarrierContext Context(JsonObject settings, TimeSpan? budget = null) =>
        new(new CarrierSettings(settings), text => PhoneNumber.TryParse(text, out var number) ? number : null, Clock) { Budget = budget, Notes = Notes };

    public Task<FindReply> FindAsync(CarrierContext context, int quantity = 10, int offset = 0, CarrierSearch? search = null) =>
        Carrier.FindAsync((search ?? Stub.Samples.Stock) with { Quantity = quantity, Offset = offset }, context, Row.Ct);

    /// <summary>Something for sale; the wire forgets the search.</summary>
    public async Task<CarrierHit> HitAsync(int index = 0)
    {
        var reply = await FindAsync(Context(), index + 1);
        Assert.Null(reply.Error);
        List<CarrierHit> all = [.. reply.Numbers, .. reply.Offers.Select(offer => offer.Like)];
        Assert.True(all.Count > index, "The sample search finds nothing to buy.");
        Tap.Reset();
        return all[index];
    }

    public CarrierOrder Order(CarrierHit hit) => new(OrderKey.New(Clock), OrderKind.Acquire, hit.Number) { CarrierData = hit.CarrierData };

    /// <summary>The order to give a bought number back.</summary>
    public CarrierOrder Release(CarrierOrder bought) => new(OrderKey.New(Clock), OrderKind.Disconnect, bought.Number) { CarrierData = bought.CarrierData };

    /// <summary>Sends an order as the engine does: an exception is an outcome that is not known.</summary>
    public async Task<(CarrierOrder Order, CarrierOutcome Outcome)> SendAsync(CarrierOrder order, CarrierContext context)
    {
        if (!Carrier.Info.Can(CarrierCapabilities.WritesInSteps)) Notes.Add(OrderPhase.Sending, DocumentText.Empty);
        order = order with { Phase = OrderPhase.Sending };
        var outcome = await RunAsync(() => order.Kind == OrderKind.Acquire ? Carrier.AcquireAsync(order, context, Row.Ct) : Carrier.DisconnectAsync(order, context, Row.Ct));
        return (After(order, outcome), outcome);
    }

    /// <summary>Asks once what became of an order.</summary>
    public async Task<(CarrierOrder Order, CarrierOutcome Outcome)> AskAsync(CarrierOrder order, CarrierContext context)
    {
        var outcome = await RunAsync(() => Carrier.RecoverAsync(order, context, Row.Ct));
        return (After(order, outcome), outcome);
    }

    /// <summary>Sends and asks until the order has ended, with the rules of the engine; its waiting times are jumped over.</summary>
    public async Task<(CarrierOrder Order, CarrierOutcome Outcome)> CarryOutAsync(CarrierOrder order, CarrierContext? with = null)
    {
        var context = with ?? Context();
        var (sent, outcome) = await SendAsync(order, context);
        return await SettleAsync(sent, outcome, context);
    }

    /// <summary>Asks until the order has ended.</summary>
    public async Task<(CarrierOrder Order, CarrierOutcome Outcome)> SettleAsync(CarrierOrder order, CarrierOutcome outcome, CarrierContext? with = null)
    {
        var context = with ?? Context();
        var (absent, wasResent) = (0, false);
        for (var question = 0; question < QuestionsMax; question++)
        {
            switch (outcome)
            {
                case CarrierOutcome.Refused { Error.Kind: CarrierErrorKind.RateLimited } later:
                    Clock.Jump((later.Error.RetryAfter ?? TimeSpan.Zero) + TimeSpan.FromMinutes(2));
                    (order, outcome) = await SendAsync(order, context);
                    continue;
                case CarrierOutcome.Absent when ++absent >= 2:
                    if (wasResent || !Carrier.Info.Can(CarrierCapabilities.MayResend)) return (order, outcome);
                    (absent, wasResent) = (0, true);
                    (order, outcome) = await SendAsync(order, context);
                    continue;
                case CarrierOutcome.Absent or CarrierOutcome.Pending or CarrierOutcome.Unknown:
                    break;
                default:
                    return (order, outcome);
            }

            await Task.Delay(Pause, Row.Ct);
            Clock.Jump(TimeSpan.FromSeconds(90)); // beyond lags, blocked rates and open circuits
            (order, outcome) = await AskAsync(order, context);
        }

        return (order, outcome);
    }

    /// <summary>Buys something; the wire forgets how.</summary>
    public async Task<CarrierOrder> BuyAsync(int index = 0)
    {
        var (order, outcome) = await CarryOutAsync(Order(await HitAsync(index)));
        Assert.IsType<CarrierOutcome.Done>(outcome);
        Tap.Reset();
        return order;
    }

    public Task<IReadOnlyCollection<string>> OwnedAsync() => Stub.OwnedAsync(Row.Ct);

    public Task<long> SpentAsync() => Stub.SpentAsync(Row.Ct);

    private static async Task<CarrierOutcome> RunAsync(Func<Task<CarrierOutcome>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception fault) when (!Row.Ct.IsCancellationRequested)
        {
            return new CarrierOutcome.Unknown(new CarrierError(CarrierErrorKind.OutcomeUnknown, fault.Message));
        }
    }

    /// <summary>The order as the engine keeps it after an answer.</summary>
    private CarrierOrder After(CarrierOrder order, CarrierOutcome outcome)
    {
        if (Notes.Latest is { IsEmpty: false } facts) order = order with { Facts = facts };
        if (Notes.HasSent) order = order with { SentAt = order.SentAt ?? Clock.GetUtcNow() };
        return outcome switch
        {
            CarrierOutcome.Pending pending => order with
            {
                Phase = pending.IsCompensating ? OrderPhase.Compensating : OrderPhase.Waiting,
                CarrierOrderId = pending.CarrierOrderId ?? order.CarrierOrderId,
                Facts = pending.Facts ?? order.Facts,
            },
            CarrierOutcome.Unknown unknown => order with { Phase = OrderPhase.Unclear, CarrierOrderId = unknown.CarrierOrderId ?? order.CarrierOrderId },
            CarrierOutcome.Done done => order with { Phase = OrderPhase.Done, CarrierOrderId = done.CarrierOrderId ?? order.CarrierOrderId, CarrierData = done.CarrierData, Number = done.Delivered ?? order.Number },
            CarrierOutcome.Pretended pretended => order with { Phase = OrderPhase.Pretended, CarrierData = pretended.CarrierData },
            _ => order,
        };
    }
}

/// <summary>Real time that can be moved forward: deadlines run as ever, dates jump.</summary>
internal sealed class JumpingClock : TimeProvider
{
    private long _shiftTicks;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Volatile.Read(ref _shiftTicks));

    public override long GetTimestamp() => System.GetTimestamp() + (long)(TimeSpan.FromTicks(Volatile.Read(ref _shiftTicks)).TotalSeconds * TimestampFrequency);

    public void Jump(TimeSpan time) => Interlocked.Add(ref _shiftTicks, time.Ticks);
}

/// <summary>Keeps what a module noted, as the engine does. One order at a time.</summary>
internal sealed class NoteBook : IOrderNotes
{
    private readonly ConcurrentQueue<(OrderPhase Phase, DocumentText Facts)> _notes = new();
    private int? _stopAt;
    private bool _keepsLast;

    public DocumentText Latest => _notes.LastOrDefault().Facts;

    public bool HasSent => _notes.Any(note => note.Phase == OrderPhase.Sending);

    public void Add(OrderPhase phase, DocumentText facts) => _notes.Enqueue((phase, facts));

    /// <summary>True when a note ended the call.</summary>
    public bool HasStopped { get; private set; }

    public void Clear() => _notes.Clear();

    /// <summary>The process ends at a note, as far as the module can see.</summary>
    /// <param name="step">How many notes are taken before.</param>
    /// <param name="isKept">Whether it ends after that one was kept, or before.</param>
    public void StopAt(int step, bool isKept) => (_stopAt, _keepsLast, HasStopped) = (_notes.Count + step, isKept, false);

    /// <summary>Another process takes over.</summary>
    public void GoOn() => _stopAt = null;

    public Task NoteAsync(OrderPhase phase, DocumentText facts, CancellationToken ct)
    {
        HasStopped |= _notes.Count >= _stopAt;
        if (!HasStopped || _stopAt is null || _keepsLast) Add(phase, facts);
        return HasStopped && _stopAt is not null ? throw new OperationCanceledException("The process has ended.") : Task.CompletedTask;
    }
}

/// <summary>Keeps every line that is logged.</summary>
internal sealed class LogCapture : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _lines = new();

    public IReadOnlyCollection<(LogLevel Level, string Text)> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) { }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((logLevel, formatter(state, exception) + exception));

    public void Dispose() { }
}

/// <summary>The row that runs.</summary>
internal static class Row
{
    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Ends the row without a verdict, and says why.</summary>
    public static void NeedsCase(bool hasCase, string what) => Assert.SkipUnless(hasCase, $"This carrier has no {what}.");
}
