using System.Text.Json.Nodes;

namespace Ocarina.Sandbox.State;

/// <summary>What was sold and given back, and what it cost: the sum of the facts, to be compared with what the customer believes.</summary>
internal sealed class Ledger
{
    private readonly Lock _lock = new();
    private readonly List<Fact> _sold = [];
    private readonly List<Fact> _released = [];
    private readonly Dictionary<(string Carrier, string Number), Fact> _held = [];
    private readonly SortedDictionary<(string Number, string Carrier), Fact> _located = [];
    private readonly SortedDictionary<string, (string Currency, long Minor)> _spent = new(StringComparer.Ordinal);

    /// <summary>Takes one fact in.</summary>
    public void Apply(Fact fact)
    {
        lock (_lock)
        {
            switch (fact)
            {
                case { Kind: Fact.Sold, Number: { } number }:
                    _sold.Add(fact);
                    _held[(fact.Carrier, number)] = fact;
                    break;
                case { Kind: Fact.Located, Number: { } number }:
                    _located[(number, fact.Carrier)] = fact;
                    break;
                case { Kind: Fact.Unlocated, Number: { } number }:
                    _located.Remove((number, fact.Carrier));
                    break;
                case { Kind: Fact.Released, Number: { } number }:
                    _released.Add(fact);
                    _held.Remove((fact.Carrier, number));
                    break;
            }

            if (fact.Currency is { } currency)
            {
                var before = _spent.TryGetValue(fact.Carrier, out var spent) ? spent.Minor : 0;
                _spent[fact.Carrier] = (currency, before + fact.SetupMinor + fact.MonthlyMinor);
            }
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _sold.Clear();
            _released.Clear();
            _held.Clear();
            _located.Clear();
            _spent.Clear();
        }
    }

    /// <summary>What one carrier's customer has spent, in hundredths.</summary>
    public long SpentMinor(string carrier)
    {
        lock (_lock) return _spent.TryGetValue(carrier, out var spent) ? spent.Minor : 0;
    }

    /// <summary>All of it, as the control interface shows it.</summary>
    public JsonObject ToJson()
    {
        lock (_lock)
        {
            return new JsonObject
            {
                ["sold"] = new JsonArray([.. _sold.Select(Sale)]),
                ["released"] = new JsonArray([.. _released.Select(fact => (JsonNode)new JsonObject
                {
                    ["carrier"] = fact.Carrier, ["number"] = fact.Number, ["at"] = fact.At,
                })]),
                ["held"] = new JsonArray([.. _held.Values.Select(fact => (JsonNode)new JsonObject
                {
                    ["carrier"] = fact.Carrier, ["number"] = fact.Number, ["order"] = fact.Order, ["reference"] = fact.Reference,
                })]),
                ["located"] = new JsonArray([.. _located.Select(entry => (JsonNode)new JsonObject
                {
                    ["carrier"] = entry.Value.Carrier, ["number"] = entry.Key.Number, ["at"] = entry.Value.At, ["location"] = entry.Value.Data?.DeepClone(),
                })]),
                ["money"] = new JsonObject(_spent.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)new JsonObject
                {
                    ["currency"] = entry.Value.Currency, ["spent_minor"] = entry.Value.Minor,
                }))),
            };
        }
    }

    private static JsonNode Sale(Fact fact) => new JsonObject
    {
        ["carrier"] = fact.Carrier,
        ["number"] = fact.Number,
        ["order"] = fact.Order,
        ["reference"] = fact.Reference,
        ["at"] = fact.At,
        ["account"] = fact.Account,
        ["setup_minor"] = fact.SetupMinor,
        ["monthly_minor"] = fact.MonthlyMinor,
        ["currency"] = fact.Currency,
    };
}
