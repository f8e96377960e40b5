using System.Diagnostics;

namespace Ocarina.Core;

/// <summary>The id of an account: 32 lower-case hexadecimal digits (`http-api.md`, placeholders).</summary>
/// <remarks>The default value is no account; see <see cref="IsEmpty"/>. Immutable.</remarks>
public readonly record struct AccountId
{
    /// <summary>Characters of every account id.</summary>
    public const int Length = 32;

    private static readonly System.Buffers.SearchValues<char> Digits = System.Buffers.SearchValues.Create("0123456789abcdef");

    private readonly string? _text;

    private AccountId(string text) => _text = text;

    /// <summary>True for the default value, which is no account.</summary>
    public bool IsEmpty => _text is null;

    /// <summary>Reads an id as clients send it. Upper-case digits are refused, as the peer does.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out AccountId id)
    {
        id = default;
        if (text.Length != Length || text.ContainsAnyExcept(Digits)) return false;

        id = new AccountId(text.ToString());
        return true;
    }

    /// <summary>Reads an id.</summary>
    /// <exception cref="FormatException">The text is not 32 lower-case hexadecimal digits.</exception>
    public static AccountId Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var id) ? id : throw new FormatException("An account id is 32 lower-case hexadecimal digits.");

    /// <summary>Takes a value our own storage wrote, and nothing else. Checked in debug builds only.</summary>
    public static AccountId FromStorage(string text)
    {
        Debug.Assert(TryParse(text, out _), "Storage holds a value that is not an account id.");
        return new AccountId(text);
    }

    /// <summary>The same for a column that may be empty.</summary>
    public static AccountId? FromStorageOrNull(string? text) => text is null ? null : FromStorage(text);

    /// <summary>The id's text; empty for the default value.</summary>
    public override string ToString() => _text ?? "";
}
