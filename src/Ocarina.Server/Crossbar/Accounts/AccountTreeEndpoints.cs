using System.Text.Json.Nodes;
using Ocarina.Core.Accounts;
using Ocarina.Manager.Identity;
using Ocarina.Server.OpenApi;

namespace Ocarina.Server.Crossbar.Accounts;

/// <summary>The tree of accounts: listings around one, and moves (`http-api.md` 7.2).</summary>
internal static class AccountTreeEndpoints
{
    public static void MapAccountTree(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v2/accounts/{account}").WithTags("Accounts");
        group.MapGet("children", ListChildren).Describe("accounts.children", AccountDocs.List("List the accounts directly below, by name"));
        group.MapGet("descendants", ListDescendants).Describe("accounts.descendants", AccountDocs.List("List all accounts below, by name"));
        group.MapGet("siblings", ListSiblings).Describe("accounts.siblings", AccountDocs.List("List the accounts beside this one, by name"));
        group.MapGet("parents", ListParents).Describe("accounts.parents", AccountDocs.Parents);
        group.MapGet("tree", ListParents).Describe("accounts.tree", AccountDocs.Parents);
        group.MapPost("move", MoveAsync).Allow(Access.SuperDuper).Describe("accounts.move", AccountDocs.Move);
        group.MapPut("reseller", PromoteAsync).Allow(Access.SuperDuper).Describe("accounts.reseller.create", AccountDocs.Promote);
        group.MapDelete("reseller", DemoteAsync).Allow(Access.SuperDuper).Describe("accounts.reseller.delete", AccountDocs.Demote);
    }

    private static IResult ListChildren(CrossbarRequest request, AccountsOperation accounts) => Page(request, accounts.ChildrenOf(request.TargetAccount.Id));

    private static IResult ListDescendants(CrossbarRequest request, AccountsOperation accounts) => Page(request, accounts.DescendantsOf(request.TargetAccount.Id));

    // Who stands beside an account is seen by those above it, and by nobody else.
    private static IResult ListSiblings(CrossbarRequest request, AccountsOperation accounts) =>
        request.SignedIn!.Account.Id == request.TargetAccount.Id && !request.TargetAccount.Ancestors.IsEmpty // not public: signed in
            ? CrossbarResults.Forbidden()
            : Page(request, accounts.SiblingsOf(request.TargetAccount.Id));

    private static IResult ListParents(CrossbarRequest request, AccountsOperation accounts) =>
        CrossbarResults.List(new JsonArray([.. accounts.ParentsOf(request.TargetAccount.Id).Select(ToRow)]));

    private static async Task<IResult> MoveAsync(CrossbarRequest request, AccountsOperation accounts, CancellationToken ct) =>
        (await accounts.MoveAsync(request.Actor, request.TargetAccount.Id, request.Parameter("to"), ct)).ToResult();

    private static async Task<IResult> PromoteAsync(CrossbarRequest request, AccountsOperation accounts, CancellationToken ct) =>
        (await accounts.SetResellerAsync(request.Actor, request.TargetAccount.Id, isReseller: true, ct)).ToResult();

    private static async Task<IResult> DemoteAsync(CrossbarRequest request, AccountsOperation accounts, CancellationToken ct) =>
        (await accounts.SetResellerAsync(request.Actor, request.TargetAccount.Id, isReseller: false, ct)).ToResult();

    private static JsonNode ToRow(AccountNode node) => new JsonObject { ["id"] = node.Id.ToString(), ["name"] = node.Name };

    private static CrossbarReply Page(CrossbarRequest request, IEnumerable<AccountSummary> accounts)
    {
        var filters = RowFilters.Read(request);
        return request.Paging.Cut(accounts
            .Select(account => (Key: $"{account.Node.Name}\0{account.Node.Id}", Row: account.ToJson()))
            .Where(account => filters.Matches(account.Row, created: null, modified: null))
            .Select(account => (account.Key, (JsonNode)account.Row)));
    }
}
