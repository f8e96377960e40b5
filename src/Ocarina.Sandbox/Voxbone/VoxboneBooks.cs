using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ocarina.Sandbox.State;
using BookFile = Ocarina.Sandbox.State.Book;

namespace Ocarina.Sandbox.Voxbone;

/// <summary>Everything this carrier remembers. Only touched under its lock; every change goes through here and is a fact on disk.</summary>
internal sealed partial class VoxboneBooks
{
    /// <summary>The account's currency.</summary>
    public const string Currency = "USD";

    private const int FirstCart = 3_312_757;
    private const int FirstProduct = 8_100_001;
    private const int FirstOrder = 3_919_643;
    private const int FirstDid = 5_666_963;
    private const int FirstUri = 88_812;
    private const int FirstAddress = 20_501;

    private readonly SandboxWorld _world;
    private readonly SortedDictionary<int, VoxboneCart> _carts = [];
    private readonly SortedDictionary<int, VoxboneOrder> _orders = [];
    private readonly SortedDictionary<int, VoxboneDid> _dids = [];
    private readonly Dictionary<string, List<int>> _didsOfOrder = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, VoxboneVoiceUri> _uris = [];
    private readonly SortedDictionary<int, VoxboneAddress> _addresses = [];
    private int _lastCart = FirstCart - 1, _lastProduct = FirstProduct - 1, _lastOrder = FirstOrder - 1, _lastDid = FirstDid - 1, _lastUri = FirstUri - 1, _lastAddress = FirstAddress - 1;

    public VoxboneBooks(SandboxWorld world)
    {
        _world = world;
        Stock = new VoxboneStock(world.Draws, world.Scale);
    }

    /// <summary>Groups and numbers.</summary>
    public VoxboneStock Stock { get; }

    /// <summary>Money left, in hundredths.</summary>
    public long Balance100 { get; private set; } = 10_000_000_00;

    /// <summary>Below that the account is warned.</summary>
    public long Threshold100 { get; private set; } = 100_00;

    /// <summary>False: nothing may be ordered.</summary>
    public bool IsActive { get; private set; } = true;

    /// <summary>False: this is the carrier's own sandbox, which takes no money.</summary>
    public bool TakesMoney { get; private set; } = true;

    public IEnumerable<VoxboneCart> Carts => _carts.Values;

    public IEnumerable<VoxboneOrder> Orders => _orders.Values;

    public IEnumerable<VoxboneDid> Dids => _dids.Values;

    public IEnumerable<VoxboneVoiceUri> Uris => _uris.Values;

    public IEnumerable<VoxboneAddress> Addresses => _addresses.Values;

    /// <summary>Which numbers a cart was asked for and a DID is: read without the lock, by rules that name numbers.</summary>
    public ConcurrentDictionary<string, IReadOnlyList<string>> Named { get; } = new(StringComparer.Ordinal);

    public VoxboneCart? Cart(int id) => _carts.GetValueOrDefault(id);

    public VoxboneDid? Did(int id) => _dids.GetValueOrDefault(id);

    public VoxboneVoiceUri? Uri(int id) => _uris.GetValueOrDefault(id);

    public VoxboneAddress? Address(int id) => _addresses.GetValueOrDefault(id);

    public VoxboneOrder? Order(string reference) => _orders.Values.FirstOrDefault(order => order.Reference == reference);

    /// <summary>The next id of each kind: ascending, never given twice.</summary>
    public int NextCart => _lastCart + 1;

    public int NextProduct => _lastProduct + 1;

    public int NextOrder => _lastOrder + 1;

    public int NextDid => _lastDid + 1;

    public int NextUri => _lastUri + 1;

    public int NextAddress => _lastAddress + 1;

    /// <summary>The DIDs of an order, delivered or not.</summary>
    public IEnumerable<VoxboneDid> DidsOf(string reference) => (_didsOfOrder.GetValueOrDefault(reference) ?? []).Select(Did).OfType<VoxboneDid>();

    /// <summary>Status of an order at a moment.</summary>
    public string StatusOf(VoxboneOrder order, DateTimeOffset now)
    {
        if (order.Ending is { } ending && order.CanceledAt <= now) return ending;
        if (!(order.ConfirmedAt <= now)) return "CREATED";
        return order.Owed.Values.Sum() == 0 && DidsOf(order.Reference).All(did => did.DeliveredAt <= now) ? "FULFILLED" : "CONFIRMED";
    }

    /// <summary>Lets held numbers go whose time is over; they vanish from their cart.</summary>
    public void ExpireHolds(VoxboneCart cart, DateTimeOffset now)
    {
        if (!cart.Products.Any(product => product.HeldUntil <= now)) return;
        Save(cart with { Products = [.. cart.Products.Where(product => !(product.HeldUntil <= now))] });
    }

    private static string Id(int id) => id.ToString(CultureInfo.InvariantCulture);

    private static JsonObject Wrap<T>(T it) => new() { ["it"] = JsonSerializer.SerializeToNode(it, BookFile.Json) };

    private static T Read<T>(Fact fact) where T : class =>
        fact.Data?["it"].Deserialize<T>(BookFile.Json) ?? throw new InvalidDataException($"The ledger holds a fact of kind '{fact.Kind}' without content.");
}
