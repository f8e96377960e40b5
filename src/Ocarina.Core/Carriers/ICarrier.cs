namespace Ocarina.Core.Carriers;

/// <summary>How to talk to one carrier (carriers.md 1.1; numbers.md 11.1; the successor of seed 003's module). Third parties write their own.</summary>
/// <remarks>
/// <para>A module returns facts and never changes a number: state, authority, money and waiting belong to the engine. It is safe to share between threads, and keeps nothing
/// that could not be dropped at any time: settings come with each call.</para>
/// <para>Expected failures are answers. An exception is a fault: in <see cref="FindAsync"/> it costs the carrier's own results, in an order it counts as an outcome that is not known.</para>
/// </remarks>
public interface ICarrier
{
    /// <summary>The name it is enabled by in <c>carrier_modules</c>, and stored with every number: never changed.</summary>
    CarrierName Name { get; }

    /// <summary>What it can do, without asking anybody.</summary>
    CarrierInfo Info { get; }

    /// <summary>Whether the number counts in quantities that are charged. Default true.</summary>
    bool IsBillable(NumberRecord number) => true;

    /// <summary>Searches for numbers that can be bought (seed 003: <c>find_numbers/3</c>). Never writes, never buys, ends by the deadline of the context with what it has.</summary>
    Task<FindReply> FindAsync(CarrierSearch search, CarrierContext context, CancellationToken ct);

    /// <summary>Buys the number (seed 003: <c>acquire_number/1</c>). The request that spends money is sent once, with the order's key as our reference.</summary>
    /// <remarks>Answers as soon as the carrier has taken the order or not: waiting for it to be carried out is done by the engine through <see cref="RecoverAsync"/>.</remarks>
    Task<CarrierOutcome> AcquireAsync(CarrierOrder order, CarrierContext context, CancellationToken ct);

    /// <summary>Says what became of an order: read by the carrier's order id when it is known, else found by our reference. Changes nothing that costs money.</summary>
    Task<CarrierOutcome> RecoverAsync(CarrierOrder order, CarrierContext context, CancellationToken ct);

    /// <summary>Gives the number back (seed 003: <c>disconnect_number/1</c>). Touches exactly this number. Safe to repeat once <see cref="RecoverAsync"/> said <see cref="CarrierOutcome.Absent"/>.</summary>
    Task<CarrierOutcome> DisconnectAsync(CarrierOrder order, CarrierContext context, CancellationToken ct);

    /// <summary>Asks whether numbers can be bought.</summary>
    /// <exception cref="CarrierException">The carrier could not be asked; kind <see cref="CarrierErrorKind.NotSupported"/> where there is no such question.</exception>
    Task<IReadOnlyDictionary<PhoneNumber, CarrierCheck>> CheckAsync(IReadOnlyList<PhoneNumber> numbers, CarrierContext context, CancellationToken ct);

    /// <summary>Lists the numbers that the carrier bills us for, page by page.</summary>
    /// <param name="cursor">Where the page before ended; none for the first page.</param>
    /// <param name="context">Settings and clock.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="CarrierException">As for <see cref="CheckAsync"/>.</exception>
    Task<OwnedPage> ListOwnedAsync(string? cursor, CarrierContext context, CancellationToken ct);

    /// <summary>One cheap authenticated read. Tells wrong credentials, wrong account and unreachable apart.</summary>
    /// <returns>What is wrong, or <see langword="null"/>.</returns>
    Task<CarrierError?> HealthAsync(CarrierContext context, CancellationToken ct);
}

/// <summary>What a carrier says of a number that somebody wants (carriers.md 1.1, <c>check_numbers</c>).</summary>
public enum CarrierCheck
{
    /// <summary>It can be bought.</summary>
    Available,

    /// <summary>It cannot.</summary>
    Unavailable,

    /// <summary>It is in our account already.</summary>
    InService,

    /// <summary>The carrier did not say.</summary>
    Error,
}

/// <summary>One page of numbers that are in our account at the carrier.</summary>
/// <param name="Numbers">Number and the carrier's id or data for it.</param>
/// <param name="NextCursor">Where the next page begins; none at the end.</param>
public sealed record OwnedPage(IReadOnlyList<OwnedNumber> Numbers, string? NextCursor);

/// <summary>A number in our account at the carrier.</summary>
/// <param name="Number">The number, in stored form.</param>
/// <param name="CarrierData">What the carrier module needs to release it, as after a purchase.</param>
public sealed record OwnedNumber(PhoneNumber Number, DocumentText CarrierData);
