using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Sandbox.State;

namespace Ocarina.Sandbox.Telnyx;

/// <summary>Settings of numbers, and addresses.</summary>
internal sealed class TelnyxBooks(SandboxWorld world)
{
    internal const string CarrierName = "telnyx";

    private const string Changed = "number_changed";
    private const string AddressAdded = "address_added";
    private const string AddressRemoved = "address_removed";

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, JsonObject> _numbers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, JsonObject> _addresses = new(StringComparer.Ordinal);
    private long _nextId;

    public void Reset()
    {
        lock (_lock)
        {
            _numbers.Clear();
            _addresses.Clear();
            _nextId = 421_564_943_280_637_000;
        }
    }

    public void Replay(Fact fact)
    {
        if (fact.Data is not { } data) return;
        lock (_lock)
        {
            switch (fact)
            {
                case { Kind: Changed or Fact.Located or Fact.Unlocated, Number: { } number }:
                    _numbers[number] = (JsonObject)data.DeepClone();
                    break;
                case { Kind: AddressAdded }:
                    var id = (string)data["id"]!; // we write it always
                    _addresses[id] = (JsonObject)data.DeepClone();
                    _nextId = Math.Max(_nextId, long.Parse(id, CultureInfo.InvariantCulture));
                    break;
                case { Kind: AddressRemoved }:
                    _addresses.Remove((string)data["id"]!);
                    break;
            }
        }
    }

    /// <summary>Everything, for the control interface.</summary>
    public JsonObject All()
    {
        lock (_lock) return new JsonObject { ["numbers"] = List(_numbers.Values), ["addresses"] = List(_addresses.Values) };
    }

    public JsonObject Change(string number, JsonObject settings)
    {
        lock (_lock)
        {
            var shown = Of(number);
            foreach (var (name, value) in settings) shown[name] = value?.DeepClone();
            return Keep(Changed, number, shown);
        }
    }

    /// <returns>Null when there is no such address.</returns>
    public JsonObject? Bind(string number, string? addressId)
    {
        lock (_lock)
        {
            if (addressId is not null && !_addresses.ContainsKey(addressId)) return null;
            var shown = Of(number);
            (shown["e911_enabled"], shown["e911_address_id"]) = (addressId is not null, addressId);
            return Keep(addressId is null ? Fact.Unlocated : Fact.Located, number, shown);
        }
    }

    public JsonObject AddAddress(JsonObject address)
    {
        lock (_lock)
        {
            var added = (JsonObject)address.DeepClone();
            var id = (++_nextId).ToString(CultureInfo.InvariantCulture);
            (added["id"], added["status"]) = (id, "success");
            world.Record(new Fact(CarrierName, AddressAdded, world.Now) { Data = (JsonObject)added.DeepClone() });
            _addresses[id] = added;
            return (JsonObject)added.DeepClone();
        }
    }

    /// <returns>False when there is no such address, or a number is bound to it.</returns>
    public bool RemoveAddress(string id)
    {
        lock (_lock)
        {
            if (!_addresses.ContainsKey(id) || _numbers.Values.Any(number => (string?)number["e911_address_id"] == id)) return false;
            world.Record(new Fact(CarrierName, AddressRemoved, world.Now) { Data = new JsonObject { ["id"] = id } });
            return _addresses.Remove(id);
        }
    }

    private static JsonArray List(IEnumerable<JsonObject> entries) => new([.. entries.Select(entry => entry.DeepClone())]);

    private JsonObject Of(string number) => _numbers.TryGetValue(number, out var known) ? (JsonObject)known.DeepClone() : new JsonObject
    {
        ["number_val_e164"] = number, ["enable_caller_id_name"] = false, ["cnam_listing_enabled"] = false, ["cnam_listing_details"] = null,
        ["e911_enabled"] = false, ["e911_address_id"] = null,
    };

    private JsonObject Keep(string kind, string number, JsonObject shown)
    {
        world.Record(new Fact(CarrierName, kind, world.Now) { Number = number, Data = (JsonObject)shown.DeepClone() });
        _numbers[number] = shown;
        return (JsonObject)shown.DeepClone();
    }
}
