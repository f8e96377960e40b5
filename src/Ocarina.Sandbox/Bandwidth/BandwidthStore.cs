using System.Text.Json;
using System.Text.Json.Nodes;
using Ocarina.Sandbox.State;
using Ocarina.Sandbox.Stock;

namespace Ocarina.Sandbox.Bandwidth;

/// <summary>A number with what one asks about it.</summary>
internal sealed record BandwidthNumber(NanpNumber Number, string Id, string Status);

/// <summary>How an order ended: with an order, or with a sentence why not.</summary>
internal sealed record BandwidthOutcome(BandwidthOrder? Order, string? Refusal);

/// <summary>The numbers and orders of Bandwidth v1. One lock guards them all; its toll-free service looks in here too.</summary>
internal sealed class BandwidthStore(SandboxWorld world)
{
    /// <summary>The carrier of the ledger, for toll-free numbers as well.</summary>
    public const string CarrierName = "bandwidth";

    private const string OrderKind = "order";
    private const long MonthlyMinor = 35;
    private const long TollfreeMonthlyMinor = 75;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, BandwidthOrder> _orders = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, BandwidthOrder> _orderOfNumber = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NanpNumber> _byId = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _idOf = new(StringComparer.Ordinal);
    private NanpShelf _shelf = new([]);
    private long _lastSerial;

    /// <summary>Builds the stock anew.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            var stock = NanpStock.Make(world.Draws, CarrierName, exchangesAreOdd: false, world.Scale);
            _shelf = new NanpShelf(stock);
            _orders.Clear();
            _orderOfNumber.Clear();
            _byId.Clear();
            _idOf.Clear();
            _lastSerial = 0;
            var ids = world.Draws.Stream("ids/" + CarrierName);
            foreach (var number in stock)
            {
                var id = ids.Identifier().ToString().ToUpperInvariant();
                _byId.Add(id, number);
                _idOf.Add(number.TenDigit, id);
            }
        }
    }

    /// <summary>Puts a stored fact over the stock.</summary>
    public void Replay(Fact fact)
    {
        lock (_lock)
        {
            if (fact is { Kind: OrderKind, Data: { } data }) Keep(data.Deserialize<BandwidthOrder>(Book.Json)!); // written by this class
            if (_shelf.Find(fact.Number) is not { } number) return;
            switch (fact.Kind)
            {
                case Fact.Sold: _shelf.Put(number, ShelfState.Held, fact.At); break;
                case Fact.Released: _shelf.Put(number, ShelfState.Aging, fact.At); break;
                case Fact.Stock:
                    _shelf.Put(number, (string?)fact.Data?["status"] == "taken" ? ShelfState.Taken : ShelfState.Available, fact.At);
                    break;
            }
        }
    }

    /// <summary>Numbers for sale that begin with digits, at most so many.</summary>
    public IReadOnlyList<BandwidthNumber> Search(string digits, int max)
    {
        lock (_lock) return Show(_shelf.Available(digits, world.Now).Take(max));
    }

    /// <summary>Numbers for sale that pass a test, at most so many.</summary>
    public IReadOnlyList<BandwidthNumber> Search(Func<NanpNumber, bool> test, int max)
    {
        lock (_lock) return Show(_shelf.Available(test, world.Now).Take(max));
    }

    /// <summary>Toll-free numbers of a code that are for sale or another customer's, as the toll-free service lists them.</summary>
    public IReadOnlyList<BandwidthNumber> Tollfree(string code, int max)
    {
        lock (_lock)
        {
            var now = world.Now;
            return Show(_shelf.All
                .Where(number => number.IsTollfree && number.Npa == code && _shelf.StateOf(number, now) is ShelfState.Available or ShelfState.Taken)
                .Take(max));
        }
    }

    /// <summary>One number by its ten digits, wherever it is; null when the carrier does not know it.</summary>
    public BandwidthNumber? FindNumber(string tenDigit)
    {
        lock (_lock) return _shelf.Find(tenDigit) is { } number ? Show(number) : null;
    }

    /// <summary>One number by its id.</summary>
    public BandwidthNumber? FindId(string id)
    {
        lock (_lock) return _byId.TryGetValue(id, out var number) ? Show(number) : null;
    }

    /// <summary>One order by its id.</summary>
    public BandwidthOrder? FindOrder(string id)
    {
        lock (_lock) return _orders.GetValueOrDefault(id);
    }

    /// <summary>The orders of a span of time that lists show by now, oldest first.</summary>
    public IReadOnlyList<BandwidthOrder> Orders(DateTimeOffset from, DateTimeOffset before)
    {
        lock (_lock)
        {
            var now = world.Now;
            return [.. _orders.Values
                .Where(order => order.At >= from && order.At < before && now - order.At >= TimeSpan.FromMilliseconds(order.LagMs))
                .OrderBy(order => order.Serial)];
        }
    }

    /// <summary>Sells: checks, writes down and hands over in one step, all of the numbers or none.</summary>
    /// <param name="wanted">The order; serial, time and id are given here.</param>
    /// <param name="ids">Ids of the numbers.</param>
    /// <param name="tollfreeOnly">True: refuses others.</param>
    /// <param name="onlyCheck">True: says what would happen and changes nothing.</param>
    public BandwidthOutcome Sell(BandwidthOrder wanted, IReadOnlyList<string> ids, bool tollfreeOnly, bool onlyCheck)
    {
        lock (_lock)
        {
            var now = world.Now;
            var numbers = new List<NanpNumber>();
            foreach (var id in ids)
            {
                if (!_byId.TryGetValue(id, out var number)) return new(null, $"The number ID {id} was not found.");
                if (tollfreeOnly && !number.IsTollfree) return new(null, $"Telephone number {number.TenDigit} is not toll-free.");
                if (numbers.Contains(number)) return new(null, $"The number ID {id} was specified more than once.");
                switch (_shelf.StateOf(number, now))
                {
                    case ShelfState.Held: return new(null, $"Telephone number {number.TenDigit} has already been ordered.");
                    case not ShelfState.Available: return new(null, $"Telephone number {number.TenDigit} is not available.");
                }

                numbers.Add(number);
            }

            if (onlyCheck) return new(null, null);

            var serial = _lastSerial + 1;
            var order = wanted with
            {
                Serial = serial,
                At = now,
                Id = world.Draws.Stream($"order/{CarrierName}/{serial}").Identifier().ToString(),
                Numbers = [.. numbers.Select(number => number.TenDigit)],
            };
            world.Record([Placed(order), .. numbers.Select(number => order.Fails ? GoneElsewhere(number, now) : Sale(number, order))]);
            Keep(order);
            foreach (var number in numbers) _shelf.Put(number, order.Fails ? ShelfState.Taken : ShelfState.Held, now);
            return new(order, null);
        }
    }

    /// <summary>The operator cancels a number in the carrier's portal; there is no call for it. False: the customer does not have it.</summary>
    public bool Release(string tenDigit)
    {
        lock (_lock)
        {
            var now = world.Now;
            if (_shelf.Find(tenDigit) is not { } number || _shelf.StateOf(number, now) != ShelfState.Held) return false;
            world.Record(new Fact(CarrierName, Fact.Released, now) { Number = number.E164 });
            _shelf.Put(number, ShelfState.Aging, now);
            return true;
        }
    }

    /// <summary>Any geographic number that is for sale, as <c>+1</c> and ten digits; null when all are gone.</summary>
    public string? SomethingForSale(DrawStream chance)
    {
        lock (_lock)
        {
            var free = _shelf.Available(number => !number.IsTollfree, world.Now).ToList();
            return free.Count == 0 ? null : chance.Pick(free).E164;
        }
    }

    /// <summary>Another customer takes a number or gives it back.</summary>
    public bool SetStock(string tenDigit, bool taken)
    {
        lock (_lock)
        {
            var now = world.Now;
            if (_shelf.Find(tenDigit) is not { } number || !_shelf.PutByOthers(number, taken, now)) return false;
            world.Record(taken ? GoneElsewhere(number, now) : BackAgain(number, now));
            return true;
        }
    }

    private void Keep(BandwidthOrder order)
    {
        _lastSerial = Math.Max(_lastSerial, order.Serial);
        _orders[order.Id] = order;
        foreach (var number in order.Numbers) _orderOfNumber[number] = order;
    }

    private List<BandwidthNumber> Show(IEnumerable<NanpNumber> numbers) => [.. numbers.Select(Show)];

    private BandwidthNumber Show(NanpNumber number) => new(number, _idOf[number.TenDigit], _shelf.StateOf(number, world.Now) switch
    {
        ShelfState.Available => "Available",
        ShelfState.Held => _orderOfNumber[number.TenDigit].NumberStatus(world.Now),
        ShelfState.Aging => "Disconnected",
        _ => "Unavailable",
    });

    private static Fact Placed(BandwidthOrder order) => new(CarrierName, OrderKind, order.At)
    {
        Order = order.Id,
        Reference = order.Reference,
        Data = (JsonObject?)JsonSerializer.SerializeToNode(order, Book.Json),
    };

    private static Fact Sale(NanpNumber number, BandwidthOrder order) => new(CarrierName, Fact.Sold, order.At)
    {
        Number = number.E164,
        Order = order.Id,
        Reference = order.Reference,
        Account = order.Subscriber,
        MonthlyMinor = number.IsTollfree ? TollfreeMonthlyMinor : MonthlyMinor,
        Currency = "USD",
    };

    private static Fact GoneElsewhere(NanpNumber number, DateTimeOffset now) =>
        new(CarrierName, Fact.Stock, now) { Number = number.E164, Data = new JsonObject { ["status"] = "taken" } };

    private static Fact BackAgain(NanpNumber number, DateTimeOffset now) =>
        new(CarrierName, Fact.Stock, now) { Number = number.E164, Data = new JsonObject { ["status"] = "available" } };
}
