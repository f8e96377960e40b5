using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Ocarina.Server.Crossbar.Validation;
using Ocarina.Server.OpenApi;

namespace Ocarina.Server.Crossbar;

/// <summary>What runs here (`http-api.md` 7.4), and a banner for who knocks without knowing.</summary>
internal static class AboutEndpoints
{
    private static readonly ApiDoc About = new("Show version and use of memory")
    {
        Reply = FieldRule.Object(new()
        {
            ["version"] = FieldRule.Text().Required(),
            ["used_memory"] = FieldRule.Integer(0).Required().About("Bytes."),
            ["processes"] = FieldRule.Integer(0).Required().About("Threads."),
            ["ports"] = FieldRule.Integer(0).Required().About("Open connections of this server are not counted: 0."),
            ["erlang_version"] = FieldRule.Text().Required().About("The run time; the name is the peer's."),
        }),
    };

    public static void MapAbout(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v2/about", ShowAbout).WithTags("About").Describe("about.show", About);
        routes.MapGet("/v2/accounts/{account}/about", ShowAbout).WithTags("About").Describe("accounts.about.show", About);
        routes.MapGet("/v2", () => CrossbarResults.Ok(new JsonObject { ["message"] = "Ocarina, phone-number manager. The API is described at /docs/api." }))
            .Allow(Access.Public).ExcludeFromDescription();
    }

    private static IResult ShowAbout(IOptions<CrossbarIdentity> identity) => CrossbarResults.Ok(new JsonObject
    {
        ["version"] = identity.Value.Version,
        ["used_memory"] = Environment.WorkingSet,
        ["processes"] = ThreadPool.ThreadCount,
        ["ports"] = 0,
        ["erlang_version"] = RuntimeInformation.FrameworkDescription,
    });
}
