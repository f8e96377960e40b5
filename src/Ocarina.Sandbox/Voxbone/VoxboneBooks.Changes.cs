using System.Text.Json.Nodes;
using Ocarina.Sandbox.State;

namespace Ocarina.Sandbox.Voxbone;

/// <summary>Changes, and how they come back at a start: one way in for both.</summary>
internal sealed partial class VoxboneBooks
{
    private const string CartFact = "cart";
    private const string CartEndFact = "cart_end";
    private const string CheckoutFact = "checkout";
    private const string OrderFact = "order";
    private const string DidsFact = "dids";
    private const string CancelFact = "cancel";
    private const string UriFact = "voice_uri";
    private const string UriEndFact = "voice_uri_end";
    private const string AddressFact = "address";
    private const string AccountFact = "account";
    private const string PriceFact = "price";
    private const string RestockFact = "restock";
    private const string NightFact = "night";

    /// <summary>A checkout: the order, what it delivers, and the cart that is gone with it, or null when it stays.</summary>
    internal sealed record Checkout(VoxboneOrder Order, IReadOnlyList<VoxboneDid> Dids, int? Cart);

    /// <summary>The account as the control interface sets it.</summary>
    internal sealed record Account(long Balance100, long Threshold100, bool IsActive, bool TakesMoney);

    /// <summary>A group's new price, or pieces that arrived.</summary>
    internal sealed record GroupChange(int GroupId, int Setup100, int Monthly100, int Count);

    public void Save(VoxboneCart cart) => Write(CartFact, cart);

    public void EndCart(int id) => Write(CartEndFact, Id(id));

    public void Save(VoxboneOrder order) => Write(OrderFact, order);

    public void Save(IReadOnlyList<VoxboneDid> dids) => Write(DidsFact, dids);

    public void Save(VoxboneVoiceUri uri) => Write(UriFact, uri);

    public void EndUri(int id) => Write(UriEndFact, Id(id));

    public void Save(VoxboneAddress address) => Write(AddressFact, address);

    public void Save(Account account) => Write(AccountFact, account);

    public void SetPrice(GroupChange change) => Write(PriceFact, change);

    public void Restock(GroupChange change) => Write(RestockFact, change);

    /// <summary>Books a checkout: every delivered piece is a sale, what is owed is money without a number.</summary>
    public void Book(Checkout checkout, IReadOnlyDictionary<int, (int Setup100, int Monthly100)> prices)
    {
        var order = checkout.Order;
        var facts = checkout.Dids.Select(did => Sale(order, did, prices[did.GroupId].Setup100, prices[did.GroupId].Monthly100)).ToList();
        var forNumbers = facts.Sum(fact => fact.SetupMinor + fact.MonthlyMinor);
        if (order.Paid100 > forNumbers && TakesMoney)
            facts.Add(new Fact(VoxboneCarrier.CarrierName, Fact.Money, order.AddedAt) { Order = order.Reference, SetupMinor = order.Paid100 - forNumbers, Currency = Currency });
        Write(CheckoutFact, checkout, facts);
    }

    /// <summary>Delivers what was owed; it is paid for already.</summary>
    public void Deliver(VoxboneOrder order, IReadOnlyList<VoxboneDid> dids) =>
        Write(CheckoutFact, new Checkout(order, dids, null), [.. dids.Select(did => Sale(order, did, 0, 0))]);

    /// <summary>Ends DIDs: the customer gives the numbers back.</summary>
    public void Cancel(IReadOnlyList<VoxboneDid> dids) => Write(CancelFact, dids, [.. dids.Select(Release)]);

    /// <summary>The carrier's own sandbox is set back at night: carts, orders and numbers are gone.</summary>
    public void Night() => Write(NightFact, "night", [.. _dids.Values.Select(Release)]);

    /// <summary>Writes down that another customer took a number, or gave it back.</summary>
    public bool SetStock(string e164, string status)
    {
        if (Stock.Find(e164) is not { DidId: null } || status is not ("taken" or "available")) return false;
        var fact = new Fact(VoxboneCarrier.CarrierName, Fact.Stock, _world.Now) { Number = e164, Data = new JsonObject { ["status"] = status } };
        _world.Record(fact);
        Replay(fact);
        return true;
    }

    /// <summary>Puts a fact over the state; also how a new fact gets there.</summary>
    public void Replay(Fact fact)
    {
        switch (fact.Kind)
        {
            case CartFact: Apply(Read<VoxboneCart>(fact)); break;
            case CartEndFact: Remove(int.Parse(Read<string>(fact), System.Globalization.CultureInfo.InvariantCulture)); break;
            case CheckoutFact: Apply(Read<Checkout>(fact)); break;
            case OrderFact: Apply(Read<VoxboneOrder>(fact)); break;
            case DidsFact: foreach (var did in Read<List<VoxboneDid>>(fact)) _dids[did.Id] = did; break;
            case CancelFact: foreach (var did in Read<List<VoxboneDid>>(fact)) End(did, fact.At); break;
            case UriFact: Apply(Read<VoxboneVoiceUri>(fact)); break;
            case UriEndFact: _uris.Remove(int.Parse(Read<string>(fact), System.Globalization.CultureInfo.InvariantCulture)); break;
            case AddressFact: Apply(Read<VoxboneAddress>(fact)); break;
            case AccountFact:
                var account = Read<Account>(fact);
                (Balance100, Threshold100, IsActive, TakesMoney) = (account.Balance100, account.Threshold100, account.IsActive, account.TakesMoney);
                break;
            case PriceFact when Read<GroupChange>(fact) is var price && Stock.Group(price.GroupId) is { } group:
                (group.Setup100, group.Monthly100) = (price.Setup100, price.Monthly100);
                break;
            case RestockFact when Read<GroupChange>(fact) is var arrival && Stock.Group(arrival.GroupId) is { } group:
                Stock.Restock(group, arrival.Count);
                break;
            case NightFact: EndEverything(fact.At); break;
            case Fact.Stock when fact is { Number: { } e164, Data: { } data } && Stock.Find(e164) is { } number:
                number.IsTaken = (string?)data["status"] == "taken";
                break;
        }
    }

    private Fact Sale(VoxboneOrder order, VoxboneDid did, int setup100, int monthly100) => new(VoxboneCarrier.CarrierName, Fact.Sold, _world.Now)
    {
        Number = did.E164,
        Order = order.Reference,
        Reference = order.CustomerReference,
        Account = _world.Credentials.VoxboneUsername,
        SetupMinor = TakesMoney ? setup100 : 0,
        MonthlyMinor = TakesMoney ? monthly100 : 0,
        Currency = TakesMoney ? Currency : null,
    };

    private Fact Release(VoxboneDid did) => new(VoxboneCarrier.CarrierName, Fact.Released, _world.Now) { Number = did.E164, Order = did.OrderReference };

    private void Write<T>(string kind, T it, params IReadOnlyList<Fact> others)
    {
        var fact = new Fact(VoxboneCarrier.CarrierName, kind, _world.Now) { Data = Wrap(it) };
        _world.Record([.. others, fact]);
        Replay(fact);
    }

    private void Apply(VoxboneCart cart)
    {
        if (Cart(cart.Id) is { } before) LetGo(before);
        _carts[cart.Id] = cart;
        _lastCart = Math.Max(_lastCart, cart.Id);
        foreach (var product in cart.Products)
        {
            _lastProduct = Math.Max(_lastProduct, product.Id);
            foreach (var e164 in product.Numbers)
                if (Stock.Find(e164) is { } number && product.HeldUntil is { } until) number.Hold = (cart.Id, until);
        }

        Named["cart/" + Id(cart.Id)] = [.. cart.Products.SelectMany(product => product.Numbers)];
    }

    private void Apply(Checkout checkout)
    {
        if (checkout.Cart is { } cart) Remove(cart);
        Apply(checkout.Order);
        foreach (var did in checkout.Dids)
        {
            _dids[did.Id] = did;
            if (!_didsOfOrder.TryGetValue(did.OrderReference, out var ids)) _didsOfOrder.Add(did.OrderReference, ids = []);
            ids.Add(did.Id);
            _lastDid = Math.Max(_lastDid, did.Id);
            if (Stock.Find(did.E164) is { } number) (number.DidId, number.CancelledAt, number.Hold) = (did.Id, null, null);
            Named["did/" + Id(did.Id)] = [did.E164];
        }
    }

    private void Apply(VoxboneOrder order)
    {
        if (TakesMoney) Balance100 -= order.Paid100 - (_orders.GetValueOrDefault(order.Id)?.Paid100 ?? 0);
        _orders[order.Id] = order;
        _lastOrder = Math.Max(_lastOrder, order.Id);
    }

    private void Apply(VoxboneVoiceUri uri)
    {
        _uris[uri.Id] = uri;
        _lastUri = Math.Max(_lastUri, uri.Id);
    }

    private void Apply(VoxboneAddress address)
    {
        _addresses[address.Id] = address;
        _lastAddress = Math.Max(_lastAddress, address.Id);
    }

    private void Remove(int cart)
    {
        if (_carts.Remove(cart, out var gone)) LetGo(gone);
    }

    private void LetGo(VoxboneCart cart)
    {
        foreach (var e164 in cart.Products.SelectMany(product => product.Numbers))
            if (Stock.Find(e164) is { Hold: { } hold } number && hold.Cart == cart.Id) number.Hold = null;
    }

    private void End(VoxboneDid did, DateTimeOffset at)
    {
        _dids.Remove(did.Id);
        if (Stock.Find(did.E164) is { } number) (number.DidId, number.CancelledAt) = (null, at);
    }

    private void EndEverything(DateTimeOffset at)
    {
        foreach (var did in _dids.Values.ToList()) End(did, at);
        foreach (var cart in _carts.Keys.ToList()) Remove(cart);
        _orders.Clear();
        _uris.Clear();
    }
}
