using System.Text.Json;
using System.Text.Json.Nodes;
using Ocarina.Sandbox.State;
using BookFile = Ocarina.Sandbox.State.Book;

namespace Ocarina.Sandbox.Bandwidth2;

/// <summary>Everything this carrier remembers. Only touched under its lock; every change goes through here and is a fact on disk.</summary>
internal sealed class Bandwidth2Books
{
    private const string OrderFact = "order";
    private const string DisconnectFact = "disconnect";
    private const string ReservationFact = "reservation";
    private const string ReservationEndFact = "reservation_end";
    private const string SubscriptionFact = "subscription";
    private const string SubscriptionEndFact = "subscription_end";
    private const string PortFact = "port";
    private const string Currency = "USD";
    private const long LocalMonthlyMinor = 35;
    private const long TollFreeMonthlyMinor = 75;

    private readonly SandboxWorld _world;
    private readonly Dictionary<string, Bandwidth2Order> _orders = new(StringComparer.Ordinal);
    private readonly List<string> _orderIds = [];
    private readonly Dictionary<string, Bandwidth2Disconnect> _disconnects = new(StringComparer.Ordinal);
    private readonly List<string> _disconnectIds = [];
    private readonly Dictionary<string, Bandwidth2Reservation> _reservations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Bandwidth2Subscription> _subscriptions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Bandwidth2Port> _ports = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _looks = new(StringComparer.Ordinal);
    private int _ids;

    public Bandwidth2Books(SandboxWorld world)
    {
        _world = world;
        Stock = new Bandwidth2Stock(world.Draws, world.Scale);
        Sites = new Bandwidth2Sites(world.Credentials);
    }

    /// <summary>Numbers.</summary>
    public Bandwidth2Stock Stock { get; }

    /// <summary>Sites and peers.</summary>
    public Bandwidth2Sites Sites { get; }

    /// <summary>Orders, oldest first.</summary>
    public IEnumerable<Bandwidth2Order> Orders => _orderIds.Select(id => _orders[id]);

    /// <summary>Disconnect orders, oldest first.</summary>
    public IEnumerable<Bandwidth2Disconnect> Disconnects => _disconnectIds.Select(id => _disconnects[id]);

    /// <summary>Reservations that have not been freed, expired ones included.</summary>
    public IEnumerable<Bandwidth2Reservation> Reservations => _reservations.Values;

    /// <summary>Who wants to be told.</summary>
    public IReadOnlyCollection<Bandwidth2Subscription> Subscriptions => _subscriptions.Values;

    /// <summary>Port orders.</summary>
    public IReadOnlyCollection<Bandwidth2Port> Ports => _ports.Values;

    public Bandwidth2Order? Order(string id) => _orders.GetValueOrDefault(id);

    /// <summary>The status one look at an order sees; of an order that flaps, every second look after the end sees the step before it.</summary>
    public string StatusShown(Bandwidth2Order order, DateTimeOffset now)
    {
        var status = order.StatusAt(now);
        if (!order.Flaps || status != order.FinalStatus) return status;
        _looks[order.Id] = _looks.GetValueOrDefault(order.Id) + 1;
        return _looks[order.Id] % 2 == 1 ? status : "PROCESSING";
    }

    public Bandwidth2Disconnect? Disconnect(string id) => _disconnects.GetValueOrDefault(id);

    public Bandwidth2Reservation? Reservation(string id) => _reservations.GetValueOrDefault(id);

    public Bandwidth2Subscription? Subscription(string id) => _subscriptions.GetValueOrDefault(id);

    public Bandwidth2Port? Port(string id) => _ports.GetValueOrDefault(id);

    /// <summary>The id of what is booked next: nobody had it before, and it is the same one in every run with this seed.</summary>
    public string NextId() => _world.Draws.Stream(FormattableString.Invariant($"bw2/id/{_ids}")).Identifier().ToString();

    /// <summary>The order booked last, of either kind; null before the first one of this run.</summary>
    public string? LastId { get; private set; }

    /// <summary>Lets go the numbers of reservations that have run out; those stay readable.</summary>
    public void ExpireReservations(DateTimeOffset now)
    {
        foreach (var reservation in _reservations.Values.Where(reservation => reservation.ExpiresAt <= now)) LetGo(reservation);
    }

    /// <summary>Writes an order down, with what it sells; an order of a known id replaces it and sells only what is new.</summary>
    public void Book(Bandwidth2Order order)
    {
        var known = Order(order.Id)?.Completed ?? [];
        var sold = order.Completed.Except(known).Select(digits => new Fact(Bandwidth2Carrier.CarrierName, Fact.Sold, order.CreatedAt)
        {
            Number = "+1" + digits,
            Order = order.Id,
            Reference = order.CustomerOrderId,
            Account = _world.Credentials.AccountId,
            MonthlyMinor = Stock.Find(digits) is { Place: null } ? TollFreeMonthlyMinor : LocalMonthlyMinor,
            Currency = Currency,
        }).ToList();
        Write(OrderFact, order, order.CreatedAt, sold);
        LastId = order.Id;
    }

    /// <summary>Writes a disconnect order down, with what it releases.</summary>
    public void Book(Bandwidth2Disconnect order)
    {
        var released = order.Released.Select(digits =>
            new Fact(Bandwidth2Carrier.CarrierName, Fact.Released, order.CreatedAt) { Number = "+1" + digits, Order = order.Id }).ToList();
        Write(DisconnectFact, order, order.CreatedAt, released);
        LastId = order.Id;
    }

    /// <summary>Writes a reservation down.</summary>
    public void Book(Bandwidth2Reservation reservation) => Write(ReservationFact, reservation, _world.Now, []);

    /// <summary>Frees a reservation.</summary>
    public void EndReservation(string id) => Write(ReservationEndFact, id, _world.Now, []);

    /// <summary>Writes a subscription down; one of a known id replaces it.</summary>
    public void Book(Bandwidth2Subscription subscription) => Write(SubscriptionFact, subscription, _world.Now, []);

    /// <summary>Ends a subscription.</summary>
    public void EndSubscription(string id) => Write(SubscriptionEndFact, id, _world.Now, []);

    /// <summary>Writes a port order down; one of a known id replaces it. Completed numbers become the account's without being sold.</summary>
    public void Book(Bandwidth2Port port) => Write(PortFact, port, _world.Now, []);

    /// <summary>Writes down that another customer took a number, or gave it back.</summary>
    public bool SetStock(string digits, string status)
    {
        var number = Stock.Find(digits);
        if (number is null || number.StateAt(_world.Now) == Bandwidth2NumberState.Sold || status is not ("taken" or "available")) return false;
        var fact = new Fact(Bandwidth2Carrier.CarrierName, Fact.Stock, _world.Now) { Number = "+1" + digits, Data = new JsonObject { ["status"] = status } };
        _world.Record(fact);
        Replay(fact);
        return true;
    }

    /// <summary>Puts a fact over the state; also how a new fact gets there.</summary>
    public void Replay(Fact fact)
    {
        switch (fact.Kind)
        {
            case OrderFact: Apply(Read<Bandwidth2Order>(fact)); break;
            case DisconnectFact: Apply(Read<Bandwidth2Disconnect>(fact)); break;
            case ReservationFact: Apply(Read<Bandwidth2Reservation>(fact)); break;
            case ReservationEndFact: Free(Read<string>(fact)); break;
            case SubscriptionFact:
                var subscription = Read<Bandwidth2Subscription>(fact);
                if (!_subscriptions.ContainsKey(subscription.Id)) _ids++;
                _subscriptions[subscription.Id] = subscription;
                break;
            case SubscriptionEndFact: _subscriptions.Remove(Read<string>(fact)); break;
            case PortFact: Apply(Read<Bandwidth2Port>(fact)); break;
            case Fact.Stock when fact is { Number: { } number, Data: { } data }:
                Stock.Find(number[2..])?.SetTaken((string?)data["status"] == "taken", fact.At);
                break;
        }
    }

    private static T Read<T>(Fact fact) where T : class =>
        fact.Data?["it"].Deserialize<T>(BookFile.Json) ?? throw new InvalidDataException($"The ledger holds a fact of kind '{fact.Kind}' without content.");

    private void Write<T>(string kind, T it, DateTimeOffset at, List<Fact> others)
    {
        var fact = new Fact(Bandwidth2Carrier.CarrierName, kind, at) { Data = new JsonObject { ["it"] = JsonSerializer.SerializeToNode(it, BookFile.Json) } };
        _world.Record([.. others, fact]);
        Replay(fact);
    }

    private void Apply(Bandwidth2Order order)
    {
        var before = Order(order.Id);
        if (before is null)
        {
            _orderIds.Add(order.Id);
            _ids++;
        }
        // An order that comes again sells nothing twice, but may complete earlier than it said.
        var fresh = before is null || before.FinalAt != order.FinalAt ? order.Completed : order.Completed.Except(before.Completed);
        _orders[order.Id] = order;
        foreach (var digits in fresh)
        {
            var number = Stock.Adopt(digits);
            if (number.ReservationId is { } reservation) _reservations.Remove(reservation);
            number.Sell(order.Id, order.CreatedAt, order.FinalAt, order.SiteId, order.PeerId);
        }
    }

    private void Apply(Bandwidth2Disconnect order)
    {
        _disconnects[order.Id] = order;
        _disconnectIds.Add(order.Id);
        _ids++;
        foreach (var digits in order.Released) Stock.Find(digits)?.Release(order.FinalAt ?? order.CreatedAt, order.Mode == "purge");
    }

    private void Apply(Bandwidth2Reservation reservation)
    {
        _reservations[reservation.Id] = reservation;
        _ids++;
        if (Stock.Find(reservation.Digits) is { } number) number.ReservationId = reservation.Id;
    }

    private void Apply(Bandwidth2Port port)
    {
        var before = Port(port.Id);
        if (before is null) _ids++;
        _ports[port.Id] = port;
        if (port.Status != Bandwidth2Port.Complete || before?.Status == Bandwidth2Port.Complete) return;
        foreach (var digits in port.Numbers) Stock.Adopt(digits).Sell(port.Id, port.CreatedAt, port.ChangedAt, port.SiteId, port.PeerId, "PORT_NUMBER_ORDER");
    }

    private void Free(string id)
    {
        if (_reservations.Remove(id, out var reservation)) LetGo(reservation);
    }

    private void LetGo(Bandwidth2Reservation reservation)
    {
        if (Stock.Find(reservation.Digits) is { } number && number.ReservationId == reservation.Id) number.ReservationId = null;
    }
}
