using System.Text.Json.Nodes;
using Ocarina.Manager.Identity;
using Ocarina.Server.OpenApi;

namespace Ocarina.Server.Crossbar.Accounts;

/// <summary>Accounts and their keys (`http-api.md` 7.2). The tree: <see cref="AccountTreeEndpoints"/>.</summary>
internal static class AccountEndpoints
{
    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v2/accounts").WithTags("Accounts");
        group.MapPut("", CreateOwnChildAsync).Allow(Access.SignedIn).Describe("accounts.create", AccountDocs.CreateOwnChild);
        group.MapPut("{account}", CreateChildAsync).Describe("accounts.create_below", AccountDocs.CreateChild);
        group.MapGet("{account}", ShowAsync).Describe("accounts.show", AccountDocs.Show);
        group.MapPost("{account}", ReplaceAsync).Describe("accounts.replace", AccountDocs.Replace);
        group.MapPatch("{account}", MergeAsync).Describe("accounts.merge", AccountDocs.Merge);
        group.MapDelete("{account}", DeleteAsync).Describe("accounts.delete", AccountDocs.Delete);
        group.MapGet("{account}/api_key", ShowKeyAsync).Describe("accounts.api_key.show", AccountDocs.ShowKey);
        group.MapPut("{account}/api_key", RenewKeyAsync).Describe("accounts.api_key.renew", AccountDocs.RenewKey);
    }

    private static async Task<IResult> CreateOwnChildAsync(CrossbarRequest request, AccountsOperation accounts, CancellationToken ct) =>
        request.RefuseList() ?? (await accounts.CreateAsync(request.Actor, request.SignedIn!.Account.Id, request.DataObject, ct)).ToResult(); // not public: signed in

    private static async Task<IResult> CreateChildAsync(CrossbarRequest request, AccountsOperation accounts, CancellationToken ct) =>
        request.RefuseList() ?? (await accounts.CreateAsync(request.Actor, request.TargetAccount.Id, request.DataObject, ct)).ToResult();

    private static async Task<IResult> ShowAsync(CrossbarRequest request, AccountsOperation accounts, ApiKeys keys, CancellationToken ct)
    {
        var outcome = await accounts.GetAsync(request.TargetAccount.Id, ct);
        if (outcome is AccountOutcome.Done done && request.Flag("include_api_key")) done.Account.Data["api_key"] = await keys.GetAsync(request.TargetAccount.Id, ct);
        return outcome.ToResult();
    }

    private static async Task<IResult> ReplaceAsync(CrossbarRequest request, AccountsOperation accounts, CancellationToken ct) =>
        request.RefuseList() ?? (await accounts.ReplaceAsync(request.Actor, request.TargetAccount.Id, request.DataObject, request.StatedRevision(), ct)).ToResult();

    private static async Task<IResult> MergeAsync(CrossbarRequest request, AccountsOperation accounts, CancellationToken ct) =>
        request.RefuseList() ?? (await accounts.MergeAsync(request.Actor, request.TargetAccount.Id, request.DataObject, request.StatedRevision(), ct)).ToResult();

    private static async Task<IResult> DeleteAsync(CrossbarRequest request, AccountsOperation accounts, CancellationToken ct) =>
        (await accounts.DeleteAsync(request.Actor, request.TargetAccount.Id, ct)).ToResult();

    private static async Task<IResult> ShowKeyAsync(CrossbarRequest request, ApiKeys keys, CancellationToken ct) =>
        Answer(await keys.GetAsync(request.TargetAccount.Id, ct), request);

    private static async Task<IResult> RenewKeyAsync(CrossbarRequest request, ApiKeys keys, CancellationToken ct) =>
        Answer(await keys.RenewAsync(request.TargetAccount.Id, ct), request);

    private static IResult Answer(string? key, CrossbarRequest request) => key is null
        ? CrossbarResults.BadIdentifier(request.TargetAccount.Id.ToString()) // erased a moment ago
        : CrossbarResults.Ok(new JsonObject { ["api_key"] = key });
}
