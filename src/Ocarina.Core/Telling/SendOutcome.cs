namespace Ocarina.Core.Telling;

/// <summary>What a receiver made of a message. Closed.</summary>
/// <param name="Code">Status of SMTP or HTTP; none without an answer.</param>
public abstract record SendOutcome(int? Code)
{
    /// <summary>It took it.</summary>
    /// <param name="Code">Status.</param>
    public sealed record Taken(int? Code) : SendOutcome(Code);

    /// <summary>It will never take it.</summary>
    /// <param name="Reason">Why, for people.</param>
    /// <param name="Code">Status.</param>
    public sealed record Refused(string Reason, int? Code = null) : SendOutcome(Code)
    {
        /// <summary>False when it was decided here that it is not told.</summary>
        public bool WasAsked { get; init; } = true;
    }

    /// <summary>Not now: nobody there, too busy, or something is set wrongly.</summary>
    /// <param name="Reason">Why, for people.</param>
    /// <param name="Code">Status.</param>
    public sealed record Failed(string Reason, int? Code = null) : SendOutcome(Code);
}
