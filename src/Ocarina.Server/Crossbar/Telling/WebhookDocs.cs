using Ocarina.Server.Crossbar.Validation;
using Ocarina.Server.OpenApi;

namespace Ocarina.Server.Crossbar.Telling;

/// <summary>What the published description says of webhooks.</summary>
internal static class WebhookDocs
{
    /// <summary>Hours for which an old secret goes on signing, when nobody says.</summary>
    internal const int OverlapH = 24;

    /// <summary>Most of them.</summary>
    internal const int OverlapMaxH = 168;

    private static readonly FieldRule Wish = FieldRule.Object(new()
    {
        ["name"] = FieldRule.Text(1, 128).Required(),
        ["uri"] = FieldRule.Text(1, 2048).Required().About("Of HTTP, without a user in it. Private addresses are refused when called, unless `webhooks.allowed_networks` names them."),
        ["hook"] = FieldRule.Choice("notifications", "object").Required(),
        ["http_verb"] = FieldRule.Choice("get", "post", "put").OrElse("post"),
        ["format"] = FieldRule.Choice("form-data", "json").OrElse("form-data"),
        ["enabled"] = FieldRule.Flag().OrElse(true),
        ["include_subaccounts"] = FieldRule.Flag().OrElse(false),
        ["custom_data"] = FieldRule.Object().About("`type` and `action` choose; other members are added to what is sent, over members of the same name."),
        ["retries"] = FieldRule.Integer(0, 4).OrElse(2).About("Kept for older clients: every message is tried for days."),
    });

    private static readonly FieldRule Webhook = FieldRule.Object(new()
    {
        ["id"] = FieldRule.Text(32, 32).Required(),
        ["name"] = FieldRule.Text().Required(),
        ["uri"] = FieldRule.Text().Required(),
        ["hook"] = FieldRule.Choice("notifications", "object").Required(),
        ["enabled"] = FieldRule.Flag().Required(),
        ["disable_message"] = FieldRule.Text().About("Why it was switched off, when nobody did that by hand."),
        ["secret"] = FieldRule.Text().About("Signs every call (Standard Webhooks, `v1`). Shown when it is made, and never again."),
    });

    private static readonly FieldRule Attempt = FieldRule.Object(new()
    {
        ["hook_id"] = FieldRule.Text().Required(),
        ["delivery_id"] = FieldRule.Text().About("Absent from a test, which delivers nothing."),
        ["test"] = FieldRule.Flag().About("The webhook was only tried out."),
        ["result"] = FieldRule.Choice("success", "failure").Required(),
        ["reason"] = FieldRule.Text(),
        ["client_error"] = FieldRule.Text().About("When nobody answered."),
        ["response_code"] = FieldRule.Integer(),
        ["elapsed_ms"] = FieldRule.Integer().Required(),
        ["timestamp"] = FieldRule.Integer().Required().About("Gregorian seconds."),
    });

    private static readonly FieldRule ReEnable = FieldRule.Object(new() { ["re-enable"] = FieldRule.Flag().Required() });

    public static ApiDoc Available { get; } = new("List the webhooks there are") { Reply = FieldRule.List(FieldRule.Object()) };

    public static ApiDoc Samples { get; } = new("Show samples of what webhooks are sent") { Reply = FieldRule.Object() };

    public static ApiDoc Sample { get; } = new("Show samples of what one webhook is sent") { Reply = FieldRule.Object(), Failures = [404] };

    public static ApiDoc List { get; } = new("List the webhooks of an account") { IsPaged = true, Reply = FieldRule.List(Webhook), Failures = [403, 404] };

    public static ApiDoc Create { get; } = new("Create a webhook") { Data = Wish, Reply = Webhook, Failures = [400, 403, 404] };

    public static ApiDoc Show { get; } = new("Show a webhook") { Reply = Webhook, Failures = [403, 404] };

    public static ApiDoc Replace { get; } = new("Replace a webhook; its secret stays") { Data = Wish, Reply = Webhook, Failures = [400, 403, 404, 412] };

    public static ApiDoc Merge { get; } = new("Merge members into a webhook; null deletes one") { Data = FieldRule.Object(), Reply = Webhook, Failures = [400, 403, 404, 412] };

    public static ApiDoc Delete { get; } = new("Delete a webhook") { Reply = Webhook, Failures = [403, 404] };

    public static ApiDoc Secret { get; } = new("Give a webhook a new secret")
    {
        Text = "Until the overlap ends every call carries a signature of each: `v1,… v1,…`.",
        Data = FieldRule.Object(new() { ["overlap_h"] = FieldRule.Integer(0, OverlapMaxH).OrElse(OverlapH).About("Hours for which the old secret signs beside the new one; 0 when it got into wrong hands.") }),
        Reply = Webhook,
        Failures = [400, 403, 404],
    };

    public static ApiDoc Enable { get; } = new("Switch on the webhooks that were switched off for their failures") { Data = ReEnable, Reply = FieldRule.Object(), Failures = [400, 403, 404] };

    public static ApiDoc EnableBelow { get; } = new("Switch on those of the accounts below") { Data = ReEnable, Reply = FieldRule.Object(), Failures = [400, 403, 404] };

    public static ApiDoc Attempts { get; } = new("List what was tried, newest first") { IsPaged = true, Reply = FieldRule.List(Attempt), Failures = [403, 404] };

    public static ApiDoc Test { get; } = new("Call a webhook now with a sample")
    {
        Text = "Answers what came back, at most 1024 characters of it. Four at once for each account.",
        Reply = FieldRule.Object(new()
        {
            ["result"] = FieldRule.Choice("success", "failure").Required(),
            ["reason"] = FieldRule.Text(),
            ["response_code"] = FieldRule.Integer(),
            ["response_body"] = FieldRule.Text().Required(),
            ["elapsed_ms"] = FieldRule.Integer().Required(),
            ["sent"] = FieldRule.Object().Required(),
        }),
        Failures = [403, 404, 429],
    };
}
