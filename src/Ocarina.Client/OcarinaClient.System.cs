using System.Runtime.CompilerServices;
using System.Text.Json;
using Ocarina.Client.Internal;
using Ocarina.Client.Wire;

namespace Ocarina.Client;

public sealed partial class OcarinaClient
{
    private const int ConfigPageSize = 500;

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListConfigsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var page in PagesAsync("system_configs", ConfigPageSize, ct))
        {
            foreach (var id in Items(page)) yield return id.ToString();
        }
    }

    /// <inheritdoc/>
    public async Task<JsonElement> GetConfigAsync(string id, string? section, bool withDefaults, CancellationToken ct)
    {
        var path = SystemConfig(id);
        if (section is not null) path += $"/{ApiPath.Segment(section, "a section")}";
        return (await SendAsync(HttpMethod.Get, ApiPath.Query(path, ("with_defaults", withDefaults ? "true" : null)), null, ct)).Data;
    }

    /// <inheritdoc/>
    public Task<JsonElement> PatchConfigAsync(string id, JsonElement document, bool force, CancellationToken ct) =>
        WriteAsync(HttpMethod.Patch, SystemConfig(id), document, force, ct);

    /// <inheritdoc/>
    public Task<JsonElement> PutConfigAsync(string id, JsonElement document, bool force, CancellationToken ct) =>
        WriteAsync(HttpMethod.Put, SystemConfig(id), document, force, ct);

    /// <inheritdoc/>
    public async Task<JsonElement> GetAccountConfigAsync(string account, string id, CancellationToken ct) =>
        (await SendAsync(HttpMethod.Get, AccountConfig(account, id), null, ct)).Data;

    /// <inheritdoc/>
    public Task<JsonElement> PatchAccountConfigAsync(string account, string id, JsonElement document, bool force, CancellationToken ct) =>
        WriteAsync(HttpMethod.Patch, AccountConfig(account, id), document, force, ct);

    /// <inheritdoc/>
    public Task<JsonElement> PutAccountConfigAsync(string account, string id, JsonElement document, bool force, CancellationToken ct) =>
        WriteAsync(HttpMethod.Put, AccountConfig(account, id), document, force, ct);

    /// <inheritdoc/>
    public IAsyncEnumerable<AccountRow> ChildrenAsync(string account, int pageSize, CancellationToken ct) =>
        AccountsAsync($"{ApiPath.Account(account)}/children", pageSize, ct);

    /// <inheritdoc/>
    public IAsyncEnumerable<AccountRow> DescendantsAsync(string account, int pageSize, CancellationToken ct) =>
        AccountsAsync($"{ApiPath.Account(account)}/descendants", pageSize, ct);

    /// <inheritdoc/>
    public async Task<AccountDocument> GetAccountAsync(string account, CancellationToken ct) =>
        Read((await SendAsync(HttpMethod.Get, ApiPath.Account(account), null, ct)).Data, WireJson.Default.AccountDocument);

    /// <inheritdoc/>
    public async Task<AccountDocument> CreateAccountAsync(string parent, string name, string? realm, CancellationToken ct)
    {
        var body = RequestBody.Members(false, ("name", name), ("realm", realm));
        return Read((await SendAsync(HttpMethod.Put, ApiPath.Account(parent), body, ct)).Data, WireJson.Default.AccountDocument);
    }

    /// <inheritdoc/>
    public async Task<LedgerReport> VerifyLedgerAsync(CancellationToken ct) =>
        Read((await SendAsync(HttpMethod.Post, "ledger/verify", null, _options.VerifyTimeout, ct)).Data, WireJson.Default.LedgerReport);

    private async IAsyncEnumerable<AccountRow> AccountsAsync(string path, int pageSize, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var page in PagesAsync(path, pageSize, ct))
        {
            foreach (var item in Items(page)) yield return Read(item, WireJson.Default.AccountRow);
        }
    }

    private async Task<JsonElement> WriteAsync(HttpMethod verb, string path, JsonElement document, bool force, CancellationToken ct)
    {
        var body = RequestBody.Write(document.WriteTo);
        return (await SendAsync(verb, ApiPath.Query(path, ("force", force ? "true" : null)), body, ct)).Data;
    }

    private static string SystemConfig(string id) => $"system_configs/{ApiPath.Segment(id, "a document")}";

    private static string AccountConfig(string account, string id) => $"{ApiPath.Account(account)}/configs/{ApiPath.Segment(id, "a document")}";
}
