using Ocarina.Server.Crossbar.Validation;
using Ocarina.Server.OpenApi;

namespace Ocarina.Server.Crossbar.Login;

/// <summary>What the published description says of the log-in.</summary>
internal static class LoginDocs
{
    private static readonly FieldRule LoginData = FieldRule.Object(new()
    {
        ["account_id"] = FieldRule.Text(32, 32).Required().About("The account that acts from now on."),
        ["owner_id"] = FieldRule.Text().About("The user; absent after a log-in by API key."),
        ["account_name"] = FieldRule.Text().Required(),
        ["reseller_id"] = FieldRule.Text(32, 32).Required(),
        ["is_reseller"] = FieldRule.Flag().Required(),
        ["is_master_account"] = FieldRule.Flag().Required(),
        ["language"] = FieldRule.Text().Required(),
        ["cluster_id"] = FieldRule.Text().Required(),
        ["apps"] = FieldRule.List(FieldRule.Object()).Required(),
        ["capabilities"] = FieldRule.Object(),
        ["ui_config"] = FieldRule.Object(),
    });

    private static readonly FieldRule Token = FieldRule.Object(new() { ["token"] = FieldRule.Text().Required() });

    public static ApiDoc User { get; } = new("Log in with user name and password")
    {
        Text = "The token is in `auth_token`, beside `data`. Ten failures a minute per address and account are answered; then 429.",
        Data = FieldRule.Object(new()
        {
            ["credentials"] = FieldRule.Text(1, 64).Required().About("MD5 (or SHA-1) over `user:password`, the user in lower case; hexadecimal."),
            ["method"] = FieldRule.Choice("md5", "sha").OrElse("md5"),
            ["account_name"] = FieldRule.Text(1, 128).About("Name of the account; compared in lower case, letters and digits only."),
            ["account_realm"] = FieldRule.Text(4, 253).About("Or its realm; also as `realm`."),
            ["phone_number"] = FieldRule.Text(1, 64).About("Or one of its numbers."),
        }),
        Reply = LoginData,
        Failures = [400, 401, 423, 429],
    };

    public static ApiDoc Key { get; } = new("Log in with an API key")
    {
        Data = FieldRule.Object(new() { ["api_key"] = FieldRule.Text(64, 64).Required() }),
        Reply = LoginData,
        Failures = [400, 404, 423, 429],
    };

    public static ApiDoc Owner { get; } = new("Show the log-in data of a token's owner") { Reply = LoginData, Failures = [404] };

    public static ApiDoc Claims { get; } = new("Show what the token in use says") { Reply = FieldRule.Object() };

    public static ApiDoc Logout { get; } = new("Log out: end the token in use") { Reply = FieldRule.Object() };

    public static ApiDoc TokenInfo { get; } = new("Show the log-in data of a token") { Data = Token, Reply = LoginData, Failures = [401, 404] };

    public static ApiDoc TokenInfoByQuery { get; } = new("Show the log-in data of a token named in the query")
    {
        Query = [new("token", FieldRule.Text().Required())], Reply = LoginData, Failures = [401, 404],
    };

    public static ApiDoc Impersonate { get; } = new("Get a token of a user of an account you have rights on")
    {
        Data = FieldRule.Object(new() { ["action"] = FieldRule.Choice("impersonate_user").Required() }), Reply = LoginData, Failures = [400, 404, 423],
    };
}
