using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Ocarina.Conformance;
using Ocarina.Conformance.Wire;
using Ocarina.Sandbox;

namespace Ocarina.Tests.Conformance;

/// <summary>One carrier of the sandbox as the kit wants it.</summary>
internal abstract class SandboxStub(SandboxHost sandbox, string carrier) : ICarrierStub
{
    private readonly HttpClient _control = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = sandbox.ControlAddress };

    public Uri Address => sandbox.Address;

    public abstract CarrierSamples Samples { get; }

    protected SandboxCredentials Credentials => sandbox.Credentials;

    public abstract JsonObject SettingsFor(Uri address);

    public abstract WireAct ActOf(WireRequest request);

    public async Task<IReadOnlyCollection<string>> OwnedAsync(CancellationToken ct) =>
        [.. (await LedgerAsync(ct))["held"]!.AsArray().Where(one => (string?)one!["carrier"] == carrier).Select(one => (string)one!["number"]!)]; // every entry has both

    public async Task<long> SpentAsync(CancellationToken ct) => (long?)(await LedgerAsync(ct))["money"]?[carrier]?["spent_minor"] ?? 0;

    public abstract Task<bool> ArrangeAsync(StubSituation situation, CancellationToken ct);

    public async ValueTask DisposeAsync()
    {
        _control.Dispose();
        await sandbox.DisposeAsync();
    }

    protected async Task<bool> FaultAsync(string operation, string action, CancellationToken ct, int? delayMs = null, string? code = null)
    {
        var rule = new JsonObject { ["carrier"] = carrier, ["operation"] = operation, ["action"] = action };
        if (delayMs is not null) rule["delay_ms"] = delayMs;
        if (code is not null) rule["code"] = code;
        return await TellAsync("faults", rule, ct);
    }

    protected async Task<bool> TellAsync(string path, JsonObject body, CancellationToken ct)
    {
        using var reply = await _control.PostAsJsonAsync(path, body, ct);
        return reply.IsSuccessStatusCode ? true : throw new InvalidOperationException(await reply.Content.ReadAsStringAsync(ct));
    }

    private async Task<JsonNode> LedgerAsync(CancellationToken ct) => (await _control.GetFromJsonAsync<JsonNode>("ledger", ct))!; // never null
}
