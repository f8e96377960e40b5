using System.Text.Json.Nodes;
using Ocarina.Manager.Carriers;
using Ocarina.Server.Crossbar.Validation;
using Ocarina.Server.OpenApi;

namespace Ocarina.Server.Crossbar.Sup;

/// <summary>Operators' commands over HTTP (`http-api.md` 10.1). For the super-duper admin, as all at top level.</summary>
internal static class SupEndpoints
{
    private const string FunctionDefault = "status";
    private const int ArgumentsMax = 6;

    private static readonly ApiDoc Doc = new("Run an operator's command of a module")
    {
        Text = "`sup {module} {function} {arg}…` of Kazoo, such as `knm_bandwidth2 peers 1234`. Without a function: `status`.",
        Reply = FieldRule.Text().About("All that the command printed."), Failures = [400, 403, 404, 502],
    };

    public static void MapSup(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v2/sup").WithTags("Operators");
        group.MapGet("{module}", RunAsync).Describe("sup.status", Doc);
        group.MapGet("{module}/{function}", RunAsync).Describe("sup.run", Doc);
        var path = "{module}/{function}";
        for (var i = 1; i <= ArgumentsMax; i++)
        {
            path += $"/{{arg{i}}}";
            var more = group.MapGet(path, RunAsync);
            if (i == 1) more.Describe("sup.run_with", Doc);
            else more.ExcludeFromDescription();
        }
    }

    private static async Task<IResult> RunAsync(CrossbarRequest request, SupOperation sup, CancellationToken ct)
    {
        // The path's own words: an argument may hold an escaped slash.
        var words = request.Segments[1..];
        return await sup.RunAsync(request.Actor, words[0], words.Count > 1 ? words[1] : FunctionDefault, words.Count > 2 ? words[2..] : [], ct) switch
        {
            SupOutcome.Printed printed => CrossbarResults.Ok(JsonValue.Create(printed.Text)),
            SupOutcome.Usage usage => CrossbarResults.Fail(400, "bad request", Sentence(usage.Text)),
            SupOutcome.Failed failed => CrossbarResults.Fail(502, "bad_gateway", Sentence(failed.Error.Detail is { } detail ? $"{failed.Error.Name}: {detail}" : failed.Error.Name)),
            _ => CrossbarResults.Fail(404, "not_found", Sentence($"there is no command {string.Join(' ', words)}")),
        };
    }

    private static JsonObject Sentence(string text) => new() { ["message"] = text };
}
