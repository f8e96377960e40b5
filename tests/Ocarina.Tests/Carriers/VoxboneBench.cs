using System.Text.Json.Nodes;
using Ocarina.Carriers;
using Ocarina.Carriers.Http;
using Ocarina.Carriers.Voxbone;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Tests.Carriers;

/// <summary>Real time that can be moved forward: deadlines run as ever, dates jump.</summary>
internal sealed class VoxboneClock : TimeProvider
{
    public TimeSpan Shift { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Shift;

    public override long GetTimestamp() => System.GetTimestamp() + (long)(Shift.TotalSeconds * TimestampFrequency);
}

/// <summary>Keeps what a module noted, as the engine does.</summary>
internal sealed class VoxboneNotes : IOrderNotes
{
    public List<(OrderPhase Phase, DocumentText Facts)> Notes { get; } = [];

    public Action<OrderPhase>? BeforeNote { get; set; }

    public Task NoteAsync(OrderPhase phase, DocumentText facts, CancellationToken ct)
    {
        BeforeNote?.Invoke(phase);
        Notes.Add((phase, facts));
        return Task.CompletedTask;
    }
}

/// <summary>The module, facing an address: what the engine gives it, in small.</summary>
internal sealed class VoxboneBench : IDisposable
{
    private readonly CarrierHttp _http;

    public VoxboneBench(Uri address)
    {
        Clock = new VoxboneClock();
        _http = new CarrierHttp(Clock);
        Carrier = new VoxboneCarrier(new CarrierHost(Clock, _http));
        Settings = new JsonObject
        {
            ["username"] = "sandbox", ["password"] = "sandbox-password", ["environment"] = "production", ["page_size"] = 20, ["base_url"] = address.ToString(),
            ["sandbox_provisioning"] = false, ["enable_provisioning"] = true, ["recover_lag_s"] = 5, ["settle_max_interval_s"] = 5, ["rate_limit_per_s"] = 1000,
        };
    }

    public VoxboneClock Clock { get; }

    public VoxboneCarrier Carrier { get; }

    public JsonObject Settings { get; }

    public VoxboneNotes Notes { get; } = new();

    public CarrierContext Context(TimeSpan? budget = null) =>
        new(new CarrierSettings((JsonObject)Settings.DeepClone()), text => PhoneNumber.TryParse(text, out var number) ? number : null, Clock) { Budget = budget, Notes = Notes };

    public Task<FindReply> FindAsync(string prefix, string country = "US", int quantity = 10, int offset = 0, bool isTollfree = false, params (string, string)[] options) =>
        Carrier.FindAsync(
            new CarrierSearch(prefix, quantity, offset, country) { IsTollfree = isTollfree, Options = options.ToDictionary(one => one.Item1, one => one.Item2) },
            Context(TimeSpan.FromSeconds(20)), CancellationToken.None);

    public CarrierOrder Buy(string? number, string data = """{"did_group_id":1196,"country_a3":"USA","setup100":0,"monthly100":100,"currency":"USD"}""") => new(
        OrderKey.New(Clock), OrderKind.Acquire, number is null ? default : PhoneNumber.Parse(number))
    {
        CarrierData = DocumentText.From(Fresh((JsonObject)JsonNode.Parse(data)!)),
    };

    /// <summary>An order for something that a search found.</summary>
    public CarrierOrder BuyFound(CarrierHit hit) => new(OrderKey.New(Clock), OrderKind.Acquire, hit.Number) { CarrierData = hit.CarrierData };

    public CarrierOrder Release(string number, string data = "{}") => new(OrderKey.New(Clock), OrderKind.Disconnect, PhoneNumber.Parse(number))
    {
        CarrierData = DocumentText.FromStorage(data),
    };

    public Task<CarrierOutcome> AcquireAsync(CarrierOrder order) => Carrier.AcquireAsync(order, Context(), CancellationToken.None);

    public Task<CarrierOutcome> RecoverAsync(CarrierOrder order) => Carrier.RecoverAsync(order, Context(), CancellationToken.None);

    public Task<CarrierOutcome> DisconnectAsync(CarrierOrder order) => Carrier.DisconnectAsync(order, Context(), CancellationToken.None);

    /// <summary>The order as the engine has it after an answer.</summary>
    public CarrierOrder After(CarrierOrder order, CarrierOutcome outcome)
    {
        if (Notes.Notes.LastOrDefault() is { Facts.IsEmpty: false } last) order = order with { Facts = last.Facts };
        if (Notes.Notes.FirstOrDefault(note => note.Phase == OrderPhase.Sending) is { Facts.IsEmpty: false }) order = order with { SentAt = order.SentAt ?? Clock.GetUtcNow() };
        return outcome switch
        {
            CarrierOutcome.Pending pending => order with
            {
                Phase = pending.IsCompensating ? OrderPhase.Compensating : OrderPhase.Waiting,
                CarrierOrderId = pending.CarrierOrderId ?? order.CarrierOrderId,
                Facts = pending.Facts ?? order.Facts,
            },
            CarrierOutcome.Unknown unknown => order with { Phase = OrderPhase.Unclear, CarrierOrderId = unknown.CarrierOrderId ?? order.CarrierOrderId },
            CarrierOutcome.Done done => order with
            {
                Phase = OrderPhase.Done,
                CarrierOrderId = done.CarrierOrderId,
                CarrierData = done.CarrierData,
                Number = done.Delivered ?? order.Number,
            },
            _ => order,
        };
    }

    public void Dispose() => _http.Dispose();

    private JsonObject Fresh(JsonObject data)
    {
        data["searched_at"] ??= Clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        return data;
    }
}
