using Dapper;
using Ocarina.Storage.Accounts;

namespace Ocarina.Storage.Outbox;

/// <summary>The statements on <c>webhooks</c>.</summary>
public static class WebhooksTable
{
    private const string Columns =
        "id AS Id, account AS Account, hook AS Hook, enabled AS Enabled, include_subaccounts AS IncludeSubaccounts, document AS Document, secret AS Secret, "
        + "failing_since AS FailingSince, disable_message AS DisableMessage, created AS Created, modified AS Modified, revision AS Revision";

    /// <summary>The webhooks of an account, oldest first.</summary>
    public static async Task<IReadOnlyList<WebhookRow>> OfAccountAsync(DbSession session, string account, CancellationToken ct) =>
        (await session.Connection.QueryAsync<WebhookRow>(session.Command(
            $"SELECT {Columns} FROM webhooks WHERE account = @account ORDER BY created, id", new { account }, ct))).AsList();

    /// <summary>The webhooks that are switched on for a kind of news, of all accounts.</summary>
    public static async Task<IReadOnlyList<WebhookRow>> EnabledAsync(DbSession session, string hook, CancellationToken ct) =>
        (await session.Connection.QueryAsync<WebhookRow>(session.Command(
            $"SELECT {Columns} FROM webhooks WHERE hook = @hook AND enabled = 1 ORDER BY created, id", new { hook }, ct))).AsList();

    /// <summary>One webhook of an account.</summary>
    public static Task<WebhookRow?> FindAsync(DbSession session, string account, string id, CancellationToken ct) =>
        session.Connection.QuerySingleOrDefaultAsync<WebhookRow>(session.Command(
            $"SELECT {Columns} FROM webhooks WHERE id = @id AND account = @account", new { id, account }, ct));

    /// <summary>One webhook, whoever owns it.</summary>
    public static Task<WebhookRow?> FindAsync(DbSession session, string id, CancellationToken ct) =>
        session.Connection.QuerySingleOrDefaultAsync<WebhookRow>(session.Command($"SELECT {Columns} FROM webhooks WHERE id = @id", new { id }, ct));

    /// <summary>Adds a webhook.</summary>
    public static Task InsertAsync(DbSession session, WebhookRow row, CancellationToken ct) => session.Connection.ExecuteAsync(session.Command("""
        INSERT INTO webhooks (id, account, hook, enabled, include_subaccounts, document, secret, failing_since, disable_message, created, modified, revision)
        VALUES (@Id, @Account, @Hook, @Enabled, @IncludeSubaccounts, @Document, @Secret, NULL, NULL, @Created, @Modified, @Revision)
        """, Parameters(row), ct));

    /// <summary>Writes a webhook. Switched on, or with another address, it begins anew: its failures are forgotten.</summary>
    /// <returns><see langword="false"/> when the stored revision is not the one before <paramref name="row"/>'s.</returns>
    public static async Task<bool> UpdateAsync(DbSession session, WebhookRow row, bool isFresh, CancellationToken ct) =>
        await session.Connection.ExecuteAsync(session.Command("""
            UPDATE webhooks SET hook = @Hook, enabled = @Enabled, include_subaccounts = @IncludeSubaccounts, document = @Document, secret = @Secret,
                   failing_since = CASE WHEN enabled = 1 AND @isFresh = 0 THEN failing_since END, disable_message = CASE WHEN @Enabled = 1 THEN NULL ELSE disable_message END,
                   modified = @Modified, revision = @Revision
            WHERE id = @Id AND account = @Account AND revision = @Revision - 1
            """, Parameters(row, Flag.Of(isFresh)), ct)) == 1;

    /// <summary>Switches a webhook off that fails.</summary>
    public static Task DisableAsync(DbSession session, string id, string message, long now, CancellationToken ct) => session.Connection.ExecuteAsync(session.Command(
        "UPDATE webhooks SET enabled = 0, disable_message = @message, modified = @now, revision = revision + 1 WHERE id = @id", new { id, message, now }, ct));

    /// <summary>Switches all webhooks of an account on that were switched off for their failures.</summary>
    /// <returns>How many.</returns>
    public static Task<int> EnableAsync(DbSession session, string account, long now, CancellationToken ct) => session.Connection.ExecuteAsync(session.Command("""
        UPDATE webhooks SET enabled = 1, disable_message = NULL, failing_since = NULL, modified = @now, revision = revision + 1
        WHERE account = @account AND enabled = 0 AND disable_message IS NOT NULL
        """, new { account, now }, ct));

    /// <summary>Removes a webhook, and gives up what was on its way to it.</summary>
    public static async Task DeleteAsync(DbSession session, string account, string id, long now, CancellationToken ct)
    {
        if (await session.Connection.ExecuteAsync(session.Command("DELETE FROM webhooks WHERE id = @id AND account = @account", new { id, account }, ct)) == 0) return;
        await session.Connection.ExecuteAsync(session.Command("""
            UPDATE deliveries SET state = 'dead', next_attempt = NULL, error = 'the webhook was deleted', modified = @now, lease_owner = NULL, lease_until = NULL
            WHERE receiver = @receiver AND state = 'waiting'
            """, new { receiver = WebhookRow.Prefix + id, now }, ct));
    }

    private static object Parameters(WebhookRow row, short isFresh = 0) => new
    {
        isFresh,
        row.Id, row.Account, row.Hook, Enabled = Flag.Of(row.Enabled), IncludeSubaccounts = Flag.Of(row.IncludeSubaccounts), row.Document, row.Secret,
        row.Created, row.Modified, row.Revision,
    };
}
