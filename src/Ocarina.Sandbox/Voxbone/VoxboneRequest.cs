using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Sandbox.Wire;

namespace Ocarina.Sandbox.Voxbone;

/// <summary>A request of somebody known.</summary>
/// <param name="Call">The request underneath.</param>
/// <param name="Now">The moment it is answered.</param>
/// <param name="Body">Its JSON body, or an empty object.</param>
internal sealed record VoxboneRequest(SandboxCall Call, DateTimeOffset Now, JsonObject Body)
{
    /// <summary>Largest page.</summary>
    public const int PageSizeMax = 5000;

    /// <summary>A query parameter, or null when absent or empty.</summary>
    public string? Text(string name) => Call.Query[name].FirstOrDefault() is { Length: > 0 } text ? text : null;

    /// <summary>The values of a parameter that may be repeated.</summary>
    public IReadOnlyList<string> All(string name) => [.. Call.Query[name].OfType<string>().Where(text => text.Length > 0)];

    /// <summary>An id in the path; 0 for anything that is none.</summary>
    public int RouteId(string name) => int.TryParse(Call.Route(name), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;

    /// <summary>One page of a list: pages count from 0, both parameters must be there, and a page behind the end is an error.</summary>
    public VoxboneReply Page<T>(string name, IEnumerable<T> items, Func<T, JsonNode> show)
    {
        if (!int.TryParse(Text("pageNumber"), NumberStyles.None, CultureInfo.InvariantCulture, out var page)) return VoxboneError.BadPageNumber;
        if (!int.TryParse(Text("pageSize"), NumberStyles.None, CultureInfo.InvariantCulture, out var size) || size is < 1 or > PageSizeMax) return VoxboneError.BadPageSize;
        var all = items.ToList();
        var from = (long)page * size;
        if (page > 0 && from >= all.Count) return VoxboneError.PageBeyondEnd;
        return new VoxboneReply(new JsonObject
        {
            [name] = new JsonArray([.. all.Skip((int)from).Take(size).Select(show)]),
            ["resultCount"] = all.Count,
        }, null);
    }
}

/// <summary>What a door answers: a body, or an error.</summary>
internal sealed record VoxboneReply(JsonNode? Body, VoxboneError? Error = null)
{
    /// <summary>Done, and nothing to tell.</summary>
    public static VoxboneReply Success => new(new JsonObject { ["status"] = "SUCCESS" }, null);

    public static implicit operator VoxboneReply(VoxboneError error) => new(null, error);

    public static implicit operator VoxboneReply(JsonObject body) => new(body, null);
}

/// <summary>One door of the service.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Below the base of a URL family.</param>
/// <param name="Operation">Its name in journal and rules.</param>
/// <param name="Module">Word of the carrier in its errors.</param>
/// <param name="Answer">What it does, under the carrier's lock.</param>
/// <param name="IsWrite">True when it changes something; also of a GET that does.</param>
/// <param name="Query">The query parameters it knows, paging not counted.</param>
internal sealed record VoxboneDoor(
    string Method, string Path, string Operation, string Module, Func<VoxboneBooks, VoxboneRequest, VoxboneReply> Answer, bool IsWrite = false, params string[] Query)
{
    /// <summary>True when a body must come with it.</summary>
    public bool TakesBody => Method is "PUT" or "POST";
}
