using System.Text.Json.Nodes;
using Ocarina.Sandbox.State;

namespace Ocarina.Sandbox.Dash;

/// <summary>The locations of the customer's numbers.</summary>
internal sealed class DashBooks(SandboxWorld world)
{
    /// <summary>Most locations of one number.</summary>
    public const int LocationsMax = 3;

    internal const string CarrierName = "dash";

    private const string Added = "location_added";
    private const string Removed = "location_removed";

    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, DashLocation> _locations = [];
    private long _nextId;

    public void Reset()
    {
        lock (_lock)
        {
            _locations.Clear();
            _nextId = 67_880_000;
        }
    }

    public void Replay(Fact fact)
    {
        if (fact.Data is not { } data) return;
        lock (_lock)
        {
            switch (fact.Kind)
            {
                case Added or Fact.Located:
                    var location = DashLocation.From(data);
                    if (fact.Kind == Fact.Located) Unprovision(location.Uri);
                    _locations[location.Id] = location;
                    _nextId = Math.Max(_nextId, location.Id);
                    break;
                case Removed or Fact.Unlocated:
                    foreach (var id in data["ids"]?.AsArray() ?? []) _locations.Remove((long)id!); // we write numbers
                    break;
            }
        }
    }

    public IReadOnlyList<DashLocation> Of(string uri)
    {
        lock (_lock) return [.. _locations.Values.Where(location => location.Uri == uri)];
    }

    public DashLocation? Find(long id)
    {
        lock (_lock) return _locations.GetValueOrDefault(id);
    }

    /// <summary>Every location, for the control interface.</summary>
    public JsonArray All()
    {
        lock (_lock) return new JsonArray([.. _locations.Values.Select(location => (JsonNode)location.ToJson())]);
    }

    /// <returns>Null when the number has as many as it may have.</returns>
    public DashLocation? Add(string uri, string callerName, DashPlace place)
    {
        lock (_lock)
        {
            if (_locations.Values.Count(location => location.Uri == uri) >= LocationsMax) return null;
            var location = new DashLocation(++_nextId, uri, callerName, place, world.Now);
            world.Record(new Fact(CarrierName, Added, world.Now) { Data = location.ToJson() });
            return _locations[location.Id] = location;
        }
    }

    /// <summary>Makes a location the one that emergency services see. The one before it stops being that.</summary>
    public DashLocation? Provision(long id)
    {
        lock (_lock)
        {
            if (!_locations.TryGetValue(id, out var location)) return null;
            if (location.Activated is not null) return location;
            location = location with { Activated = world.Now };
            world.Record(new Fact(CarrierName, Fact.Located, world.Now) { Number = location.Number, Data = location.ToJson() });
            Unprovision(location.Uri);
            return _locations[id] = location;
        }
    }

    public bool Remove(long id)
    {
        lock (_lock)
        {
            if (!_locations.Remove(id, out var location)) return false;
            world.Record(Gone(location.Activated is null ? Removed : Fact.Unlocated, location.Number, id));
            return true;
        }
    }

    public bool RemoveUri(string uri)
    {
        lock (_lock)
        {
            var own = _locations.Values.Where(location => location.Uri == uri).Select(location => location.Id).ToArray();
            if (own.Length == 0) return false;
            world.Record(Gone(Fact.Unlocated, "+" + uri, own));
            foreach (var id in own) _locations.Remove(id);
            return true;
        }
    }

    private Fact Gone(string kind, string number, params IEnumerable<long> ids) => new(CarrierName, kind, world.Now)
    {
        Number = number, Data = new JsonObject { ["ids"] = new JsonArray([.. ids.Select(id => (JsonNode)id)]) },
    };

    private void Unprovision(string uri)
    {
        foreach (var other in _locations.Values.Where(location => location.Uri == uri && location.Activated is not null).ToList())
            _locations[other.Id] = other with { Activated = null };
    }
}
