using Ocarina.Server.Crossbar.Validation;
using Ocarina.Server.OpenApi;

namespace Ocarina.Server.Crossbar.Accounts;

/// <summary>What the published description says of accounts.</summary>
internal static class AccountDocs
{
    private static readonly FieldRule Wish = FieldRule.Object(new()
    {
        ["name"] = FieldRule.Text(1, 128).Required().About("Unique; compared in lower case, letters and digits only."),
        ["realm"] = FieldRule.Text(4, 253).About("SIP realm, unique; made by chance when absent."),
        ["language"] = FieldRule.Text(0, 64),
        ["timezone"] = FieldRule.Text(5, 32),
        ["enabled"] = FieldRule.Flag().About("Settable by accounts above."),
        ["wnm_allow_additions"] = FieldRule.Flag().About("Whether the account may create numbers; settable by the super-duper admin."),
        ["dial_plan"] = FieldRule.Object(),
    });

    private static readonly FieldRule Account = FieldRule.Object(new()
    {
        ["id"] = FieldRule.Text(32, 32).Required(),
        ["name"] = FieldRule.Text().Required(),
        ["realm"] = FieldRule.Text().Required(),
        ["language"] = FieldRule.Text().Required(),
        ["timezone"] = FieldRule.Text().Required(),
        ["enabled"] = FieldRule.Flag().Required(),
        ["created"] = FieldRule.Integer().Required().About("Gregorian seconds."),
        ["superduper_admin"] = FieldRule.Flag().Required(),
        ["wnm_allow_additions"] = FieldRule.Flag().Required(),
        ["is_reseller"] = FieldRule.Flag().Required(),
        ["reseller_id"] = FieldRule.Text(32, 32).Required(),
        ["billing_mode"] = FieldRule.Text(),
        ["api_key"] = FieldRule.Text(64, 64).About("Only when asked for."),
    });

    private static readonly FieldRule Key = FieldRule.Object(new() { ["api_key"] = FieldRule.Text(64, 64).Required() });

    public static ApiDoc CreateOwnChild { get; } = new("Create an account below your own") { Data = Wish, Reply = Account, Failures = [400] };

    public static ApiDoc CreateChild { get; } = new("Create an account below this one") { Data = Wish, Reply = Account, Failures = [400, 403, 404] };

    public static ApiDoc Show { get; } = new("Show an account")
    {
        Query = [new("include_api_key", FieldRule.Flag().OrElse(false))], Reply = Account, Failures = [403, 404],
    };

    public static ApiDoc Replace { get; } = new("Replace an account")
    {
        Text = "Unknown members are kept as they are; read-only ones are ignored. The last write wins unless `If-Match` names a revision.",
        Data = Wish, Reply = Account, Failures = [400, 403, 404, 412],
    };

    public static ApiDoc Merge { get; } = new("Merge members into an account; null deletes one")
    {
        Data = FieldRule.Object(), Reply = Account, Failures = [400, 403, 404, 412],
    };

    public static ApiDoc Delete { get; } = new("Delete an account and release its numbers")
    {
        Text = "An account with accounts below it answers 500 `account_has_descendants`; the master account 405.", Reply = Account, Failures = [403, 404, 405, 500],
    };

    public static ApiDoc ShowKey { get; } = new("Show the account's API key") { Reply = Key, Failures = [403, 404] };

    public static ApiDoc RenewKey { get; } = new("Make a new API key; the old one and its tokens end") { Reply = Key, Failures = [403, 404] };

    public static ApiDoc Parents { get; } = new("List the accounts above, the master account first")
    {
        Reply = FieldRule.List(FieldRule.Object(new() { ["id"] = FieldRule.Text(32, 32).Required(), ["name"] = FieldRule.Text().Required() })), Failures = [403, 404],
    };

    public static ApiDoc Move { get; } = new("Hang an account, with all below it, under another")
    {
        Data = FieldRule.Object(new() { ["to"] = FieldRule.Text(32, 32).Required() }), Reply = Account, Failures = [400, 403, 404],
    };

    public static ApiDoc Promote { get; } = new("Make an account a reseller") { Reply = Account, Failures = [403, 404] };

    public static ApiDoc Demote { get; } = new("Make an account no longer a reseller") { Reply = Account, Failures = [403, 404] };

    public static ApiDoc List(string summary) => new(summary)
    {
        IsPaged = true,
        Reply = FieldRule.List(FieldRule.Object(new()
        {
            ["id"] = FieldRule.Text(32, 32).Required(),
            ["name"] = FieldRule.Text().Required(),
            ["realm"] = FieldRule.Text().Required(),
            ["descendants_count"] = FieldRule.Integer(0).Required(),
            ["flags"] = FieldRule.List(FieldRule.Text()),
            ["tree"] = FieldRule.List(FieldRule.Text(32, 32)).About("Ids of the accounts above, the master account first."),
        })),
        Failures = [403, 404],
    };
}
