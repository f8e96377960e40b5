using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Ocarina.Client.Internal;
using Ocarina.Client.Wire;

namespace Ocarina.Client;

public sealed partial class OcarinaClient
{
    private const int Accepted = 202; // an order at a carrier is still open

    /// <inheritdoc/>
    public async Task<NumberClassification> ClassifyAsync(string account, string number, CancellationToken ct)
    {
        var path = $"{ApiPath.Numbers(account)}/classifiers/{ApiPath.Segment(number, "a number")}";
        return Read((await SendAsync(HttpMethod.Get, path, null, ct)).Data, WireJson.Default.NumberClassification);
    }

    /// <inheritdoc/>
    public async Task<NumberDocument> GetAsync(string account, string number, string? asOf, CancellationToken ct)
    {
        var path = ApiPath.Query(ApiPath.Number(account, number), ("as_of", asOf));
        return Read((await SendAsync(HttpMethod.Get, path, null, ct)).Data, WireJson.Default.NumberDocument);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<NumberRow> ListAsync(
        string account, NumberFilter filter, int pageSize, [EnumeratorCancellation] CancellationToken ct)
    {
        var path = ApiPath.Query(ApiPath.Numbers(account), filter.Parameters());
        await foreach (var page in PagesAsync(path, pageSize, ct))
        {
            if (page.ValueKind != JsonValueKind.Object || !page.TryGetProperty("numbers", out var rows) || rows.ValueKind != JsonValueKind.Object)
                throw new OcarinaProtocolException("The list holds no numbers object.");
            foreach (var row in rows.EnumerateObject()) yield return Read(row.Value, WireJson.Default.NumberRow) with { Number = row.Name };
        }
    }

    /// <inheritdoc/>
    public Task<NumbersOutcome> ActivateAsync(string account, IReadOnlyList<string> numbers, CallOptions options, CancellationToken ct) =>
        BatchAsync(HttpMethod.Put, $"{ApiPath.Numbers(account)}/collection/activate", RequestBody.Numbers(numbers, options.AcceptCharges), options, ct);

    /// <inheritdoc/>
    public Task<NumbersOutcome> ActivateAnyAsync(string account, NumberSearch search, CallOptions options, CancellationToken ct)
    {
        var body = RequestBody.Write(
            json =>
            {
                json.WriteStartObject();
                json.WriteString("prefix", search.Prefix);
                json.WriteNumber("quantity", search.Quantity);
                if (search.Country is { } country) json.WriteString("country", country);
                json.WriteEndObject();
            },
            options.AcceptCharges);
        return BatchAsync(HttpMethod.Put, $"{ApiPath.Numbers(account)}/collection/activate", body, options, ct);
    }

    /// <inheritdoc/>
    public async Task<NumbersOutcome> ReserveAsync(string account, IReadOnlyList<string> numbers, CallOptions options, CancellationToken ct)
    {
        var (succeeded, pending) = (new List<NumberDocument>(), new List<NumberDocument>());
        var failed = new List<NumberFailure>();
        var body = RequestBody.Members(options.AcceptCharges);
        foreach (var (number, path) in numbers.Select(number => (number, $"{ApiPath.Number(account, number)}/reserve")).ToList())
        {
            try
            {
                var reply = await SendAsync(HttpMethod.Put, path, body, ct, options.Key); // a key belongs to its path: one for all will do
                (reply.Status == Accepted ? pending : succeeded).Add(Read(reply.Data, WireJson.Default.NumberDocument));
            }
            catch (OcarinaApiException e) when (AboutOneNumber(e) is { } problem)
            {
                failed.Add(new NumberFailure(number, problem));
            }
        }

        return new NumbersOutcome(succeeded, failed) { Pending = pending };
    }

    /// <inheritdoc/>
    public async Task<NumbersOutcome> PatchAsync(string account, string number, JsonElement fields, CallOptions options, CancellationToken ct)
    {
        var reply = await SendAsync(HttpMethod.Patch, ApiPath.Number(account, number), RequestBody.Write(fields.WriteTo, options.AcceptCharges), ct, options.Key);
        NumberDocument[] changed = [Read(reply.Data, WireJson.Default.NumberDocument)];
        return reply.Status == Accepted ? NumbersOutcome.Empty with { Pending = changed } : new NumbersOutcome(changed, []);
    }

    /// <inheritdoc/>
    public Task<NumbersOutcome> ReleaseAsync(string account, IReadOnlyList<string> numbers, bool hard, CancellationToken ct)
    {
        var path = ApiPath.Query($"{ApiPath.Numbers(account)}/collection", ("hard", hard ? "true" : null));
        return BatchAsync(HttpMethod.Delete, path, RequestBody.Numbers(numbers, acceptCharges: false), new CallOptions(), ct);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<NumberEvent> EventsAsync(
        string account, string number, int pageSize, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var page in PagesAsync($"{ApiPath.Number(account, number)}/events", pageSize, ct))
        {
            foreach (var item in Items(page)) yield return Read(item, WireJson.Default.NumberEvent);
        }
    }

    private async Task<NumbersOutcome> BatchAsync(HttpMethod verb, string path, byte[] body, CallOptions options, CancellationToken ct)
    {
        JsonElement data;
        try
        {
            data = (await SendAsync(verb, path, body, ct, options.Key)).Data;
        }
        catch (OcarinaApiException e) when (ErrorDetail.ReadNumbers(e.Detail) is { } failures)
        {
            return new NumbersOutcome([], failures);
        }

        return new NumbersOutcome(
            [.. Members(data, "success").Select(member => Read(member.Value, WireJson.Default.NumberDocument))],
            [.. Members(data, "error").Select(member => new NumberFailure(member.Name, Read(member.Value, WireJson.Default.NumberProblem)))])
        {
            Pending = [.. Members(data, "pending").Select(member => Read(member.Value, WireJson.Default.NumberDocument))],
        };
    }

    // An unknown number is told in the words of documents, not of numbers (http-api.md 2.5).
    private static NumberProblem? AboutOneNumber(OcarinaApiException e) =>
        e.Number ?? (e.Status == 404 && ErrorDetail.Text(e.Detail, "not_found") is { } text
            ? new NumberProblem { Code = 404, Error = "not_found", Message = text }
            : null);

    private static List<JsonProperty> Members(JsonElement data, string name) =>
        data.ValueKind == JsonValueKind.Object && data.TryGetProperty(name, out var map) && map.ValueKind == JsonValueKind.Object
            ? [.. map.EnumerateObject()]
            : [];

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
