using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Ocarina.Core.Telling;
using Ocarina.Manager.Carriers;
using Ocarina.Manager.Configuration;

namespace Ocarina.Manager.Telling;

/// <summary>What an operator says of one kind of mail (document <c>notifications.{kind}</c>).</summary>
/// <param name="IsEnabled">False sends none.</param>
/// <param name="To">Who gets it instead of the usual people; empty for those.</param>
/// <param name="Templates">Language, then part, in place of the built-in ones.</param>
internal sealed record NotificationSettings(bool IsEnabled, IReadOnlyList<string> To, JsonObject Templates);

/// <summary>The documents <c>smtp</c>, <c>outbox</c>, <c>webhooks</c> and <c>notifications.*</c> as they hold now.</summary>
internal sealed class TellingDocuments(ConfigDirectory configuration)
{
    /// <summary>How long a message is tried.</summary>
    public TimeSpan GiveUpAfter => TimeSpan.FromHours(Whole(configuration.SystemObeyed("outbox"), "give_up_h", 72));

    /// <summary>How long it is remembered what became of a message.</summary>
    public TimeSpan Keep => TimeSpan.FromDays(Whole(configuration.SystemObeyed("outbox"), "keep_d", 30));

    /// <summary>How long a webhook may fail without one success; none never switches it off.</summary>
    public TimeSpan? DisableHooksAfter => configuration.SystemObeyed("webhooks") is var section && Flag(section, "disable_disabler", false)
        ? null
        : TimeSpan.FromHours(Whole(section, "disable_after_h", 24));

    /// <summary>Where webhooks may go.</summary>
    public HookPolicy Hooks
    {
        get
        {
            var section = configuration.SystemObeyed("webhooks");
            ImmutableArray<IPNetwork> allowed = [.. Texts(section, "allowed_networks").Where(text => IPNetwork.TryParse(text, out _)).Select(text => IPNetwork.Parse(text))];
            return new HookPolicy(allowed, TimeSpan.FromMilliseconds(Whole(section, "connect_timeout_ms", 10_000)));
        }
    }

    /// <summary>Addresses of the people who run this installation, beside the users of the master account.</summary>
    public IReadOnlyList<string> Admins => [.. Texts(configuration.SystemObeyed("smtp"), "admins").Where(Mail.IsAddress)];

    /// <summary>True when the master account's admins are among them.</summary>
    public bool TellsMasterAdmins => Flag(configuration.SystemObeyed("smtp"), "tell_master_admins", true);

    /// <summary>Who takes our mail; none while no relay is set. Reading lists the document, so that operators find it.</summary>
    public MailRelay? Relay()
    {
        var section = SecretReferences.Resolve(configuration.SystemDefaultSection("smtp"), out _);
        if (Text(section, "relay") is not { } host) return null;
        var username = Text(section, "username");
        return new MailRelay
        {
            Host = host,
            Port = Whole(section, "port", 587),
            Security = Text(section, "tls") switch { "none" => MailSecurity.None, "implicit" => MailSecurity.Implicit, _ => MailSecurity.StartTls },
            From = Text(section, "from") ?? username ?? "",
            Username = username,
            Password = Text(section, "password"),
            TrustedPem = Text(section, "trusted_pem"),
            AnswerTimeout = TimeSpan.FromMilliseconds(Whole(section, "answer_timeout_ms", 20_000)),
        };
    }

    /// <summary>What an operator says of a kind.</summary>
    public NotificationSettings NotificationOf(string kind)
    {
        var section = configuration.SystemObeyed($"notifications.{kind}");
        return new NotificationSettings(Flag(section, "enabled", true), [.. Texts(section, "to").Where(Mail.IsAddress)], section["templates"] as JsonObject ?? []);
    }

    private static string? Text(JsonObject section, string key) =>
        section[key] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;

    private static int Whole(JsonObject section, string key, int otherwise) =>
        section[key] is JsonValue value && value.TryGetValue<int>(out var number) && number > 0 ? number : otherwise;

    private static bool Flag(JsonObject section, string key, bool otherwise) =>
        section[key] is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : otherwise;

    private static IEnumerable<string> Texts(JsonObject section, string key) =>
        section[key] is JsonArray items ? items.OfType<JsonValue>().Select(item => item.TryGetValue<string>(out var text) ? text : "").Where(text => text.Length > 0) : [];
}
