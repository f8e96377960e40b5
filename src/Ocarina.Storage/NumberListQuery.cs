using System.Collections.Immutable;
using Ocarina.Core;

namespace Ocarina.Storage;

/// <summary>A question for a page of numbers (`http-api.md` 1.8 and 2.3). All conditions must hold; an empty list of values is no condition.</summary>
public sealed record NumberListQuery
{
    /// <summary>Numbers this account owns; <see langword="null"/> asks for all numbers, stock included.</summary>
    public AccountId? Account { get; init; }

    /// <summary>The state is one of these.</summary>
    public ImmutableArray<NumberState> States { get; init; } = [];

    /// <summary>The application is one of these.</summary>
    public ImmutableArray<string> UsedBy { get; init; } = [];

    /// <summary>The owner is one of these.</summary>
    public ImmutableArray<AccountId> AssignedTo { get; init; } = [];

    /// <summary>All of these features are set.</summary>
    public ImmutableArray<string> Features { get; init; } = [];

    /// <summary>The locality is one of these: as a whole, or any text in it, such as its city.</summary>
    public ImmutableArray<string> Localities { get; init; } = [];

    /// <summary>First written at this time or later.</summary>
    public DateTimeOffset? CreatedFrom { get; init; }

    /// <summary>First written at this time or before.</summary>
    public DateTimeOffset? CreatedTo { get; init; }

    /// <summary>Last changed at this time or later.</summary>
    public DateTimeOffset? ModifiedFrom { get; init; }

    /// <summary>Last changed at this time or before.</summary>
    public DateTimeOffset? ModifiedTo { get; init; }

    /// <summary>Any further condition, checked on rows that passed the others. Touches nothing, may run more than once for one row.</summary>
    public Func<NumberRecord, bool>? Where { get; init; }

    /// <summary>Where the page begins, inclusive: <see cref="NumberPage.Next"/> of the page before.</summary>
    public PhoneNumber? StartAt { get; init; }

    /// <summary>From the last number to the first.</summary>
    public bool Descending { get; init; }

    /// <summary>Most rows of the page. Default 50; 1 or more.</summary>
    public int PageSize { get; init; } = 50;
}

/// <summary>One page of numbers.</summary>
/// <param name="Rows">The rows, in order of the number.</param>
/// <param name="Next">First number of the next page; <see langword="null"/> when this is the last.</param>
public sealed record NumberPage(IReadOnlyList<NumberRecord> Rows, PhoneNumber? Next);
