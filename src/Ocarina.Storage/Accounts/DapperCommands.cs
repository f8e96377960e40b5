using Dapper;

namespace Ocarina.Storage.Accounts;

/// <summary>Shorthand for statements inside a session.</summary>
internal static class DapperCommands
{
    /// <summary>A Dapper command bound to the session's transaction and the token.</summary>
    public static CommandDefinition Command(this DbSession session, string sql, object? parameters, CancellationToken ct) =>
        new(sql, parameters, session.Transaction, cancellationToken: ct);
}

/// <summary>Truth values as both engines store them.</summary>
internal static class Flag
{
    /// <summary>1 or 0.</summary>
    public static short Of(bool value) => value ? (short)1 : (short)0;
}
