using System.Text.Json.Nodes;
using Ocarina.Manager.Identity;
using Ocarina.Server.Crossbar.Accounts;
using Ocarina.Server.Crossbar.Validation;
using Ocarina.Server.OpenApi;

namespace Ocarina.Server.Crossbar.Users;

/// <summary>Users of an account (`http-api.md` 7.3).</summary>
internal static class UserEndpoints
{
    private static readonly FieldRule Wish = FieldRule.Object(new()
    {
        ["first_name"] = FieldRule.Text(1, 128).Required(),
        ["last_name"] = FieldRule.Text(1, 128).Required(),
        ["username"] = FieldRule.Text(1, 256).About("Unique in the account; stored in lower case. A new one needs `password` beside it."),
        ["password"] = FieldRule.Text(1, 1024).About("Never shown."),
        ["email"] = FieldRule.Text(3, 254),
        ["priv_level"] = FieldRule.Choice("user", "admin").OrElse("user"),
        ["enabled"] = FieldRule.Flag().OrElse(true),
        ["timezone"] = FieldRule.Text(5, 32),
    });

    private static readonly FieldRule User = FieldRule.Object(new()
    {
        ["id"] = FieldRule.Text().Required(),
        ["username"] = FieldRule.Text(),
        ["first_name"] = FieldRule.Text().Required(),
        ["last_name"] = FieldRule.Text().Required(),
        ["email"] = FieldRule.Text(),
        ["priv_level"] = FieldRule.Choice("user", "admin").Required(),
        ["enabled"] = FieldRule.Flag().Required(),
    });

    public static void MapUsers(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v2/accounts/{account}/users").WithTags("Users");
        group.MapGet("", ListAsync).Describe("users.list", new("List the users of an account") { IsPaged = true, Reply = FieldRule.List(User), Failures = [403, 404] });
        group.MapPut("", CreateAsync).Describe("users.create", new("Create a user") { Data = Wish, Reply = User, Failures = [400, 403, 404] });
        group.MapGet("{user}", ShowAsync).Describe("users.show", new("Show a user") { Reply = User, Failures = [403, 404] });
        group.MapPost("{user}", ReplaceAsync).Describe("users.replace", new("Replace a user") { Data = Wish, Reply = User, Failures = [400, 403, 404, 412] });
        group.MapPatch("{user}", MergeAsync).Describe(
            "users.merge", new("Merge members into a user; null deletes one") { Data = FieldRule.Object(), Reply = User, Failures = [400, 403, 404, 412] });
        group.MapDelete("{user}", DeleteAsync).Describe("users.delete", new("Delete a user; the tokens end") { Reply = User, Failures = [403, 404] });
    }

    private static async Task<IResult> ListAsync(CrossbarRequest request, UsersOperation users, CancellationToken ct)
    {
        var filters = RowFilters.Read(request);
        var rows = await users.ListAsync(request.TargetAccount.Id, ct);
        return request.Paging.Cut(rows
            .Where(row => filters.Matches(row, created: null, modified: null))
            .Select(row => (Key: $"{row["username"].AsText()}\0{row["id"].AsText()}", Row: (JsonNode)row))
            .OrderBy(row => row.Key, StringComparer.Ordinal));
    }

    private static async Task<IResult> CreateAsync(CrossbarRequest request, UsersOperation users, CancellationToken ct) =>
        request.RefuseList() ?? Answer(await users.CreateAsync(request.TargetAccount.Id, request.DataObject, ct));

    private static async Task<IResult> ShowAsync(string user, CrossbarRequest request, UsersOperation users, CancellationToken ct) =>
        Answer(await users.GetAsync(request.TargetAccount.Id, user, ct));

    private static async Task<IResult> ReplaceAsync(string user, CrossbarRequest request, UsersOperation users, CancellationToken ct) =>
        request.RefuseList() ?? Answer(await users.ReplaceAsync(request.TargetAccount.Id, user, request.DataObject, request.StatedRevision(), ct));

    private static async Task<IResult> MergeAsync(string user, CrossbarRequest request, UsersOperation users, CancellationToken ct) =>
        request.RefuseList() ?? Answer(await users.MergeAsync(request.TargetAccount.Id, user, request.DataObject, request.StatedRevision(), ct));

    private static async Task<IResult> DeleteAsync(string user, CrossbarRequest request, UsersOperation users, CancellationToken ct) =>
        Answer(await users.DeleteAsync(request.TargetAccount.Id, user, ct));

    private static IResult Answer(UserOutcome outcome) => outcome switch
    {
        UserOutcome.Done done => CrossbarResults.Ok(done.User.Data, AccountAnswers.Revision(done.User.Revision)),
        UserOutcome.Invalid invalid => CrossbarResults.Validation(invalid.Problems),
        UserOutcome.NotFound missing => CrossbarResults.BadIdentifier(missing.Id),
        UserOutcome.RevisionMismatch => CrossbarResults.PreconditionFailed(),
        _ => throw new InvalidOperationException("An operation on a user ended in an unknown way."),
    };
}
