using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ocarina.Carriers;
using Ocarina.Carriers.Bandwidth2;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Sandbox;

namespace Ocarina.Tests.Carriers;

/// <summary>The module facing the sandbox over real sockets, with the sandbox's levers at hand.</summary>
internal sealed class Bandwidth2Bench : IAsyncDisposable
{
    private readonly HttpClient _control;
    private readonly CarrierHttp _http;

    private Bandwidth2Bench(SandboxHost sandbox)
    {
        Sandbox = sandbox;
        _control = new HttpClient { BaseAddress = sandbox.ControlAddress };
        _http = new CarrierHttp(TimeProvider.System);
        Carrier = new Bandwidth2Carrier(new CarrierHost(TimeProvider.System, _http));
    }

    internal SandboxHost Sandbox { get; }

    internal Bandwidth2Carrier Carrier { get; }

    /// <summary>What the module noted, in order.</summary>
    internal List<(OrderPhase Phase, DocumentText Facts)> Notes { get; } = [];

    internal static async Task<Bandwidth2Bench> StartAsync(CancellationToken ct) => new(await SandboxHost.StartAsync(new SandboxOptions(), ct));

    internal CarrierContext Context(params (string Name, JsonNode? Value)[] more)
    {
        var members = Bandwidth2Some.Members([("base_url", Sandbox.Bandwidth2.AbsoluteUri), .. more]);
        return new CarrierContext(new CarrierSettings(members), Bandwidth2Some.Normalise, TimeProvider.System) { Notes = new Notebook(Notes) };
    }

    internal async Task<IReadOnlyList<CarrierHit>> FindAsync(string prefix, int quantity, CancellationToken ct)
    {
        var reply = await Carrier.FindAsync(new CarrierSearch(prefix, quantity, 0, "US"), Context(), ct);
        Xunit.Assert.Null(reply.Error);
        return reply.Numbers;
    }

    internal async Task<PhoneNumber> AnyNumberAsync(CancellationToken ct) => (await FindAsync("+1303", 1, ct))[0].Number;

    internal static CarrierOrder Order(PhoneNumber number, OrderKind kind = OrderKind.Acquire) => new(OrderKey.New(TimeProvider.System), kind, number);

    /// <summary>Asks until the outcome is final, as the engine does.</summary>
    internal async Task<CarrierOutcome> SettleAsync(CarrierOrder order, CarrierOutcome outcome, CarrierContext context, CancellationToken ct)
    {
        while (outcome is CarrierOutcome.Pending or CarrierOutcome.Unknown)
        {
            order = order with
            {
                CarrierOrderId = (outcome as CarrierOutcome.Pending)?.CarrierOrderId ?? order.CarrierOrderId,
                Facts = (outcome as CarrierOutcome.Pending)?.Facts ?? order.Facts,
            };
            await Task.Delay(50, ct);
            outcome = await Carrier.RecoverAsync(order, context, ct);
        }

        return outcome;
    }

    internal async Task<CarrierOutcome> BuyAsync(CarrierOrder order, CancellationToken ct) =>
        await SettleAsync(order, await Carrier.AcquireAsync(order, Context(), ct), Context(), ct);

    internal async Task FaultAsync(string operation, string action, int? times = 1, int? status = null, string? code = null, int? delayMs = null)
    {
        using var reply = await _control.PostAsJsonAsync("faults", new { carrier = "bandwidth2", operation, action, times, status, code, delay_ms = delayMs },
            new JsonSerializerOptions { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull });
        Xunit.Assert.True(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync());
    }

    internal async Task ClearFaultsAsync()
    {
        using var reply = await _control.DeleteAsync(new Uri("faults", UriKind.Relative));
        reply.EnsureSuccessStatusCode();
    }

    internal async Task PostAsync(string path, object body)
    {
        using var reply = await _control.PostAsJsonAsync(path, body);
        Xunit.Assert.True(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync());
    }

    /// <summary>How many requests of an operation reached the carrier; of all of them for an empty name.</summary>
    internal async Task<int> CountAsync(string operation) =>
        (int)(await _control.GetFromJsonAsync<JsonObject>($"journal/count?carrier=bandwidth2{Filter(operation)}"))!["count"]!; // the control interface answers so

    /// <summary>The bodies and targets of an operation's requests.</summary>
    internal async Task<IReadOnlyList<string>> TargetsAsync(string operation) =>
        [.. (await _control.GetFromJsonAsync<JsonObject>($"journal?carrier=bandwidth2{Filter(operation)}"))!["entries"]!.AsArray().Select(entry => (string)entry!["target"]!)]; // as above

    /// <summary>Numbers that the carrier has given us and not taken back.</summary>
    internal async Task<IReadOnlyList<string>> HeldAsync() =>
        [.. (await _control.GetFromJsonAsync<JsonObject>("ledger"))!["held"]!.AsArray().Where(one => (string?)one!["carrier"] == "bandwidth2").Select(one => (string)one!["number"]!)]; // as above

    private static string Filter(string operation) => operation.Length == 0 ? "" : $"&operation={operation}";

    public async ValueTask DisposeAsync()
    {
        _control.Dispose();
        _http.Dispose();
        await Sandbox.DisposeAsync();
    }

    private sealed class Notebook(List<(OrderPhase, DocumentText)> notes) : IOrderNotes
    {
        public Task NoteAsync(OrderPhase phase, DocumentText facts, CancellationToken ct)
        {
            notes.Add((phase, facts));
            return Task.CompletedTask;
        }
    }
}
