using System.Text.Json.Nodes;
using Ocarina.Manager.Identity;
using Ocarina.Server.Crossbar.Validation;
using Ocarina.Server.OpenApi;

namespace Ocarina.Server.Crossbar.Login;

/// <summary>Log-in, log-out and what a token says (`http-api.md` 7.1).</summary>
internal static class LoginEndpoints
{
    public static void MapLogin(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v2").WithTags("Login");
        group.MapPut("user_auth", LogInAsync).Allow(Access.Public).Describe("user_auth.create", LoginDocs.User);
        group.MapGet("user_auth/{token}", ShowOwner).Allow(Access.SignedIn).Describe("user_auth.show", LoginDocs.Owner);
        group.MapPut("api_auth", LogInWithKeyAsync).Allow(Access.Public).Describe("api_auth.create", LoginDocs.Key);
        group.MapGet("token_auth", ShowClaims).Allow(Access.SignedIn).Describe("token_auth.show", LoginDocs.Claims);
        group.MapDelete("token_auth", LogOutAsync).Allow(Access.SignedIn).Describe("token_auth.delete", LoginDocs.Logout);
        group.MapGet("auth/tokeninfo", ShowTokenInfo).Allow(Access.Public).Describe("auth.tokeninfo.show", LoginDocs.TokenInfoByQuery);
        group.MapPost("auth/tokeninfo", ShowTokenInfo).Allow(Access.Public).Describe("auth.tokeninfo.create", LoginDocs.TokenInfo);
        group.MapPut("accounts/{account}/users/{user}/user_auth", ImpersonateAsync).Describe("users.impersonate", LoginDocs.Impersonate);
    }

    private static async Task<IResult> LogInAsync(CrossbarRequest request, LoginOperation logins, CancellationToken ct) =>
        Answer(await logins.LoginAsync(request.DataObject, ClientAddress.Of(request.Http), ct), request);

    private static async Task<IResult> LogInWithKeyAsync(CrossbarRequest request, LoginOperation logins, CancellationToken ct) =>
        Answer(await logins.LoginWithKeyAsync(request.DataObject, ClientAddress.Of(request.Http), ct), request);

    private static async Task<IResult> ImpersonateAsync(string user, CrossbarRequest request, LoginOperation logins, CancellationToken ct)
    {
        var action = request.Parameter("action");
        if (action is null) return CrossbarResults.Validation(FieldProblem.Required("action"));
        if (action != "impersonate_user") return CrossbarResults.Validation(FieldProblem.Enum("action", ["impersonate_user"], action));

        var outcome = await logins.ImpersonateAsync(request.TargetAccount.Id, user, ct);
        return outcome is LoginOutcome.InvalidCredentials ? CrossbarResults.BadIdentifier(user) : Answer(outcome, request);
    }

    private static IResult ShowOwner(string token, TokenService tokens, LoginOperation logins) =>
        tokens.TryValidate(token, out var claims) && logins.DataOf(claims) is { } data
            ? CrossbarResults.Ok(data.ToJson())
            : CrossbarResults.Fail(404, "bad_identifier", new JsonObject { ["message"] = "bad identifier" }); // not echoed: it may be somebody's

    private static IResult ShowTokenInfo(CrossbarRequest request, TokenService tokens, LoginOperation logins)
    {
        if (request.Parameter("token") is not { Length: > 0 } token) return CrossbarResults.Fail(404, "missing token in request");
        return tokens.TryValidate(token, out var claims) && logins.DataOf(claims) is { } data
            ? CrossbarResults.LoggedIn(data.ToJson(), token)
            : CrossbarReply.BadToken();
    }

    private static IResult ShowClaims(CrossbarRequest request, TokenService tokens) =>
        tokens.TryValidate(request.SignedIn?.Token, out var claims) ? CrossbarResults.Ok(claims.Claims.ToObject()) : CrossbarReply.BadToken();

    private static async Task<IResult> LogOutAsync(CrossbarRequest request, TokenService tokens, CancellationToken ct)
    {
        if (tokens.TryValidate(request.SignedIn?.Token, out var claims)) await tokens.LogoutAsync(claims, ct);
        return CrossbarResults.Ok(new JsonObject());
    }

    private static IResult Answer(LoginOutcome outcome, CrossbarRequest request) => outcome switch
    {
        LoginOutcome.LoggedIn welcome => CrossbarResults.LoggedIn(welcome.Data.ToJson(), welcome.Token),
        LoginOutcome.InvalidCredentials => CrossbarReply.NoToken(), // the same words: invalid_credentials, invalid credentials
        LoginOutcome.UnknownKey => CrossbarReply.UnknownKey(request.Parameter("api_key") ?? ""),
        LoginOutcome.AccountDisabled => CrossbarResults.Fail(423, "validation error", Disabled()),
        LoginOutcome.TooManyFailures => CrossbarReply.TooMany(retryAfterS: 60),
        LoginOutcome.Invalid invalid => CrossbarResults.Validation(invalid.Problems),
        _ => throw new InvalidOperationException("A log-in ended in an unknown way."),
    };

    private static JsonObject Disabled() => FieldProblem.ToMap([new FieldProblem("account", "disabled", "account disabled")]);
}
