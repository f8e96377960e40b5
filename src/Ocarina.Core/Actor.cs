namespace Ocarina.Core;

/// <summary>Who acts: an account (that of the token, not that of the path), optionally one of its users; or the system itself (numbers.md 6.1).</summary>
public readonly record struct Actor
{
    private Actor(AccountId? account, string? user) => (Account, User) = (account, user);

    /// <summary>The acting account; <see langword="null"/> when the system acts.</summary>
    public AccountId? Account { get; }

    /// <summary>Id of the acting user, when the token names one.</summary>
    public string? User { get; }

    /// <summary>The system: timers and maintenance. Passes every check.</summary>
    public static Actor System => default;

    /// <summary>True when the system acts.</summary>
    public bool IsSystem => Account is null;

    /// <summary>An account, and the user when known.</summary>
    public static Actor Of(AccountId account, string? user = null) => new(account, user);

    /// <summary>Reads the form of <see cref="ToString"/> that our own storage wrote.</summary>
    public static Actor FromStorage(string text)
    {
        if (text == "system") return System;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? Of(AccountId.FromStorage(text)) : Of(AccountId.FromStorage(text[..slash]), text[(slash + 1)..]);
    }

    /// <summary>The form kept in the ledger: <c>system</c>, <c>{account}</c> or <c>{account}/{user}</c>.</summary>
    public override string ToString() => Account is not { } account ? "system" : User is null ? account.ToString() : $"{account}/{User}";
}
