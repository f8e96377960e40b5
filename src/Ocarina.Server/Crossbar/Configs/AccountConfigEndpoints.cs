using Ocarina.Manager.Configuration;
using Ocarina.Server.Crossbar.Validation;
using Ocarina.Server.OpenApi;

namespace Ocarina.Server.Crossbar.Configs;

/// <summary>Configuration of an account: what it has of its own over what it inherits (`http-api.md` 4).</summary>
internal static class AccountConfigEndpoints
{
    private static readonly FieldRule View = FieldRule.Object(new() { ["id"] = FieldRule.Text().Required().About("`configs_` and the document's id.") });
    private static readonly ApiParameter Force = new("force", FieldRule.Flag().OrElse(false).About("Saves number rules that make stored numbers unreachable."));

    public static void MapAccountConfigs(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v2/accounts/{account}/configs/{id}").WithTags("Configuration");
        group.MapGet("", ShowAsync).Describe("configs.show", new("Show what holds for an account") { Reply = View, Failures = [403, 404] });
        group.MapPut("", ReplaceAsync).Describe("configs.create", Write("Replace what an account has of its own"));
        group.MapPost("", ReplaceAsync).Describe("configs.replace", Write("Replace what an account has of its own"));
        group.MapPatch("", MergeAsync).Describe("configs.merge", Write("Merge members; null takes the account's own back"));
        group.MapDelete("", ResetAsync).Describe("configs.delete", new("Forget what an account has of its own") { Query = [Force], Reply = View, Failures = [403, 404, 409] });
    }

    private static async Task<IResult> ShowAsync(string id, CrossbarRequest request, ConfigOperation configs, CancellationToken ct) =>
        RefuseSystems(id, request) ?? (await configs.GetAccountAsync(request.TargetAccount.Id, id, ct)).ToResult();

    private static async Task<IResult> ReplaceAsync(string id, CrossbarRequest request, ConfigOperation configs, CancellationToken ct) =>
        RefuseSystems(id, request) ?? request.RefuseList() ?? (await configs.ReplaceAccountAsync(request.TargetAccount.Id, id, request.DataObject, IsForced(request), ct)).ToResult();

    private static async Task<IResult> MergeAsync(string id, CrossbarRequest request, ConfigOperation configs, CancellationToken ct) =>
        RefuseSystems(id, request) ?? request.RefuseList() ?? (await configs.MergeAccountAsync(request.TargetAccount.Id, id, request.DataObject, IsForced(request), ct)).ToResult();

    private static async Task<IResult> ResetAsync(string id, CrossbarRequest request, ConfigOperation configs, CancellationToken ct) =>
        RefuseSystems(id, request) ?? (await configs.ResetAccountAsync(request.TargetAccount.Id, id, IsForced(request), ct)).ToResult();

    // The merged view shows what the system says: of carriers' documents that is the operator's business, not a tenant's.
    private static IResult? RefuseSystems(string id, CrossbarRequest request) =>
        id == "number_manager" || request.SignedIn is { Account.IsSuperDuper: true } ? null : CrossbarResults.Forbidden();

    private static bool IsForced(CrossbarRequest request) =>
        CrossbarRequest.IsYes(request.Query("force")) || CrossbarRequest.IsYes(request.Body.Envelope["force"].AsText());

    private static ApiDoc Write(string summary) =>
        new(summary) { Query = [Force], Data = FieldRule.Object(), Reply = View, Failures = [400, 403, 404, 409] };
}
