namespace Ocarina.Core.Errors;

/// <summary>Why something could not be done with a number (numbers.md 8). Made by <see cref="NumberErrors"/> only.</summary>
/// <param name="Code">HTTP status the error answers with.</param>
/// <param name="Error">Stable name, such as <c>number_exists</c>.</param>
/// <param name="Cause">What in particular; left out when <see langword="null"/>.</param>
/// <param name="Message">Sentence for people.</param>
public sealed record NumberError(int Code, string Error, string? Cause, string Message)
{
    /// <summary>The carrier at fault. For admins only.</summary>
    public CarrierName? Carrier { get; init; }

    /// <summary>What the carrier said: kind, then his words. For admins only.</summary>
    public string? Reason { get; init; }

    /// <summary>What has to be provided first, such as an address, when that is why.</summary>
    public DocumentText? Restrictions { get; init; }

    /// <summary>The emergency address that was refused: <c>cause</c> (as sent), <c>message</c>, and <c>details</c> when it means several.</summary>
    public DocumentText? Address { get; init; }

    /// <summary>True when the number is unknown, or not to be seen from here.</summary>
    public bool IsNotFound => Error == NumberErrors.NotFoundName;

    /// <summary>True when data was refused, and <see cref="Cause"/> says what.</summary>
    public bool IsInvalid => Error == NumberErrors.InvalidName;

    /// <summary>True when it costs something that nobody agreed to pay.</summary>
    public bool IsNotAccepted => Error == NumberErrors.NotAcceptedName;
}
