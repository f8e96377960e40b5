using Ocarina.Sandbox.Stock;

namespace Ocarina.Sandbox.Bandwidth2;

/// <summary>What is true of a number at the account API.</summary>
internal enum Bandwidth2NumberState
{
    /// <summary>Anybody may order it.</summary>
    Available,

    /// <summary>Sold to the account of the sandbox; in service once its order is complete.</summary>
    Sold,

    /// <summary>Disconnected; for 30 days only the account that had it may order it.</summary>
    Aging,

    /// <summary>Another customer's.</summary>
    Taken,
}

/// <summary>One number of the stock and what happened to it. Only touched under the carrier's lock.</summary>
internal sealed class Bandwidth2Number(string digits, RateCenter? place, int tier)
{
    /// <summary>How long a disconnected number rests.</summary>
    public static readonly TimeSpan AgingTime = TimeSpan.FromDays(30);

    private Bandwidth2NumberState _state = Bandwidth2NumberState.Available;
    private DateTimeOffset _changesAt = DateTimeOffset.MinValue;

    /// <summary>Ten digits.</summary>
    public string Digits { get; } = digits;

    /// <summary>Null for toll-free numbers.</summary>
    public RateCenter? Place { get; } = place;

    /// <summary>Commercial class, 0 to 5.</summary>
    public int Tier { get; } = tier;

    /// <summary>The order that sold it last.</summary>
    public string? OrderId { get; private set; }

    /// <summary>When that order was created.</summary>
    public DateTimeOffset OrderedAt { get; private set; }

    /// <summary>Site it was sold into.</summary>
    public string? SiteId { get; private set; }

    /// <summary>Peer it was sold into.</summary>
    public string? PeerId { get; private set; }

    /// <summary>How it came: an order for a new number, or a port.</summary>
    public string OrderType { get; private set; } = "NEW_NUMBER_ORDER";

    /// <summary>The reservation that holds it, while that lives.</summary>
    public string? ReservationId { get; set; }

    /// <summary>Since when it is in its state.</summary>
    public DateTimeOffset ChangedAt => _changesAt;

    /// <summary>True when this account disconnected it and it has not been sold to anybody since.</summary>
    public bool WasOurs { get; private set; }

    /// <summary>The state at a moment: aging ends by itself.</summary>
    public Bandwidth2NumberState StateAt(DateTimeOffset now) =>
        _state == Bandwidth2NumberState.Aging && now - _changesAt >= AgingTime ? Bandwidth2NumberState.Available : _state;

    /// <summary>True when it is sold to us and its order is complete.</summary>
    public bool IsInService(DateTimeOffset now) => (_state == Bandwidth2NumberState.Sold && now >= _changesAt) || (_state == Bandwidth2NumberState.Aging && now < _changesAt);

    /// <summary>True when it rests after this account disconnected it.</summary>
    public bool IsAging(DateTimeOffset now) => StateAt(now) == Bandwidth2NumberState.Aging && now >= _changesAt;

    /// <summary>True when an order for it would succeed: free, or resting and ours before.</summary>
    public bool IsOrderable(DateTimeOffset now) => StateAt(now) == Bandwidth2NumberState.Available || (IsAging(now) && WasOurs);

    /// <summary>Books the sale; <paramref name="inServiceAt"/> is when the order completes, null = never.</summary>
    public void Sell(string orderId, DateTimeOffset orderedAt, DateTimeOffset? inServiceAt, string siteId, string? peerId, string orderType = "NEW_NUMBER_ORDER")
    {
        _state = Bandwidth2NumberState.Sold;
        _changesAt = inServiceAt ?? DateTimeOffset.MaxValue;
        (OrderId, OrderedAt, SiteId, PeerId, OrderType) = (orderId, orderedAt, siteId, peerId, orderType);
        (ReservationId, WasOurs) = (null, false);
    }

    /// <summary>Books the release; a purged number leaves the stock for good.</summary>
    public void Release(DateTimeOffset at, bool purge)
    {
        (_state, _changesAt, WasOurs) = (purge ? Bandwidth2NumberState.Taken : Bandwidth2NumberState.Aging, at, true);
    }

    /// <summary>Another customer takes it, or gives it back.</summary>
    public void SetTaken(bool taken, DateTimeOffset now)
    {
        (_state, _changesAt, WasOurs, ReservationId) = (taken ? Bandwidth2NumberState.Taken : Bandwidth2NumberState.Available, now, false, null);
    }

    /// <summary>The word of the carrier for it.</summary>
    public string StatusWord(DateTimeOffset now) => StateAt(now) switch
    {
        _ when IsInService(now) => "Inservice",
        Bandwidth2NumberState.Sold => "PendingAssign",
        Bandwidth2NumberState.Aging => "Aging",
        Bandwidth2NumberState.Taken => "Inservice",
        _ when ReservationId is not null => "Reserved",
        _ => "Available",
    };
}
