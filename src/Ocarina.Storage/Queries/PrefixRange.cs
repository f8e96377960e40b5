using Ocarina.Core;

namespace Ocarina.Storage.Queries;

/// <summary>All texts that begin with a prefix: from the prefix itself to the text behind all of them. Both ends are bounded, so an index serves it.</summary>
/// <param name="First">Smallest text of the range, inclusive.</param>
/// <param name="Beyond">Smallest text behind the range, exclusive.</param>
internal readonly record struct PrefixRange(string First, string Beyond)
{
    /// <summary>The range of a prefix; <see langword="null"/> when no number can begin so.</summary>
    internal static PrefixRange? Of(string prefix)
    {
        if (prefix.Length > PhoneNumber.LengthMax || prefix.AsSpan().ContainsAnyExceptInRange('!', '~')) return null;
        if (prefix.Length == 0) return new PrefixRange("", "\u007f");
        return new PrefixRange(prefix, prefix[..^1] + (char)(prefix[^1] + 1)); // '~' is followed by a character that no number has
    }
}
