using System.Text.Json.Nodes;
using Ocarina.Manager.Configuration;
using Ocarina.Server.Crossbar.Validation;
using Ocarina.Server.OpenApi;

namespace Ocarina.Server.Crossbar.Configs;

/// <summary>Configuration of the system (`http-api.md` 4). At top level, so for the super-duper admin only.</summary>
internal static class SystemConfigEndpoints
{
    private static readonly FieldRule Document = FieldRule.Object(new()
    {
        ["id"] = FieldRule.Text(),
        ["default"] = FieldRule.Object().Required().About("What holds everywhere; other members are zones (a name) and nodes (`name@host`)."),
    });

    private static readonly FieldRule Section = FieldRule.Object();
    private static readonly ApiParameter WithDefaults = new("with_defaults", FieldRule.Flag().OrElse(false).About("Shows sections filled up with what they inherit."));
    private static readonly ApiParameter Force = new("force", FieldRule.Flag().OrElse(false).About("Saves number rules that make stored numbers unreachable."));

    public static void MapSystemConfigs(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v2/system_configs").WithTags("Configuration");
        group.MapGet("", ListAsync).Describe("system_configs.list", new("List the ids of configuration documents") { IsPaged = true, Reply = FieldRule.List(FieldRule.Text()) });
        group.MapGet("{id}", ShowAsync).Describe("system_configs.show", new("Show a document") { Query = [WithDefaults], Reply = Document });
        group.MapPut("{id}", ReplaceAsync).Describe("system_configs.create", Write("Replace a document"));
        group.MapPost("{id}", ReplaceAsync).Describe("system_configs.replace", Write("Replace a document"));
        group.MapPatch("{id}", MergeAsync).Describe("system_configs.merge", Write("Merge into a document; null deletes a member") with { Data = Section });
        group.MapDelete("{id}", DeleteAsync).Describe("system_configs.delete", new("Delete a document: the defaults hold") { Query = [Force], Reply = Document, Failures = [404, 409] });
        group.MapGet("{id}/{section}", ShowSectionAsync).Describe("system_configs.section.show", new("Show a section") { Query = [WithDefaults], Reply = Section });
        group.MapPost("{id}/{section}", ReplaceSectionAsync).Describe("system_configs.section.replace", WriteSection("Replace a section"));
        group.MapPatch("{id}/{section}", MergeSectionAsync).Describe("system_configs.section.merge", WriteSection("Merge into a section; null deletes a member"));
        group.MapDelete("{id}/{section}", DeleteSectionAsync).Describe(
            "system_configs.section.delete", new("Delete a section") { Query = [Force], Reply = Section, Failures = [404, 409] });
    }

    private static async Task<IResult> ListAsync(CrossbarRequest request, ConfigOperation configs, CancellationToken ct) =>
        request.Paging.Cut((await configs.ListAsync(ct)).Select(id => (id, (JsonNode)id)));

    private static async Task<IResult> ShowAsync(string id, CrossbarRequest request, ConfigOperation configs, CancellationToken ct) =>
        (await configs.GetAsync(id, request.Flag("with_defaults"), ct)).ToResult();

    private static async Task<IResult> ReplaceAsync(string id, CrossbarRequest request, ConfigOperation configs, CancellationToken ct) =>
        request.RefuseList() ?? (await configs.ReplaceAsync(id, request.DataObject, IsForced(request), ct)).ToResult();

    private static async Task<IResult> MergeAsync(string id, CrossbarRequest request, ConfigOperation configs, CancellationToken ct) =>
        request.RefuseList() ?? (await configs.MergeAsync(id, request.DataObject, IsForced(request), ct)).ToResult();

    private static async Task<IResult> DeleteAsync(string id, CrossbarRequest request, ConfigOperation configs, CancellationToken ct) =>
        (await configs.DeleteAsync(id, IsForced(request), ct)).ToResult();

    private static async Task<IResult> ShowSectionAsync(string id, string section, CrossbarRequest request, ConfigOperation configs, CancellationToken ct) =>
        (await configs.GetSectionAsync(id, section, request.Flag("with_defaults"), ct)).ToResult();

    private static async Task<IResult> ReplaceSectionAsync(string id, string section, CrossbarRequest request, ConfigOperation configs, CancellationToken ct) =>
        request.RefuseList() ?? (await configs.ReplaceSectionAsync(id, section, request.DataObject, IsForced(request), ct)).ToResult();

    private static async Task<IResult> MergeSectionAsync(string id, string section, CrossbarRequest request, ConfigOperation configs, CancellationToken ct) =>
        request.RefuseList() ?? (await configs.MergeSectionAsync(id, section, request.DataObject, IsForced(request), ct)).ToResult();

    private static async Task<IResult> DeleteSectionAsync(string id, string section, CrossbarRequest request, ConfigOperation configs, CancellationToken ct) =>
        (await configs.DeleteSectionAsync(id, section, IsForced(request), ct)).ToResult();

    // Not looked for in data: a document may have a member of that name.
    private static bool IsForced(CrossbarRequest request) =>
        CrossbarRequest.IsYes(request.Query("force")) || CrossbarRequest.IsYes(request.Body.Envelope["force"].AsText());

    private static ApiDoc Write(string summary) => new(summary) { Query = [Force], Data = Document, Reply = Document, Failures = [400, 409] };

    private static ApiDoc WriteSection(string summary) => new(summary) { Query = [Force], Data = Section, Reply = Section, Failures = [400, 409] };
}
