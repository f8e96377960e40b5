using System.Text.Json.Nodes;

namespace Ocarina.Tests.Proof;

/// <summary>One request to buy, and what its sender was told before the line went dead.</summary>
/// <param name="Buyer">Account of the buyer.</param>
/// <param name="Asked">The numbers he named; none when he asked for any of the stock.</param>
/// <param name="Quantity">How many he could win.</param>
/// <param name="Won">What he was told he has: the number's document. <see langword="null"/> when he was told nothing.</param>
internal sealed record Purchase(string Buyer, IReadOnlyList<string> Asked, int Quantity, IReadOnlyDictionary<string, JsonNode>? Won)
{
    public bool IsAnswered => Won is not null;
}

/// <summary>Holds what buyers were told against what is stored: promise 3, acknowledged is kept, and nothing is there that nobody asked for.</summary>
internal static class PurchaseCheck
{
    /// <summary>What is wrong, in words; nothing when all is well.</summary>
    /// <param name="purchases">All requests.</param>
    /// <param name="rows">The stock as it lies in the table, each number once in it before.</param>
    public static IReadOnlyList<string> Faults(IReadOnlyCollection<Purchase> purchases, IReadOnlyDictionary<string, RawNumber> rows)
    {
        var faults = new List<string>();
        var told = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var purchase in purchases)
            foreach (var number in purchase.Won?.Keys ?? [])
                if (!told.TryAdd(number, purchase.Buyer) && told[number] != purchase.Buyer) faults.Add($"{number} was sold to {told[number]} and to {purchase.Buyer}");

        foreach (var (number, buyer) in told)
        {
            if (!rows.TryGetValue(number, out var row)) faults.Add($"{number} was sold to {buyer} and is not there");
            else if (row.State != "in_service" || row.Account != buyer) faults.Add($"{number} was sold to {buyer} and is {row.State} of {row.Account ?? "nobody"}");
        }

        var unanswered = purchases.Where(purchase => !purchase.IsAnswered).ToList();
        var untold = rows.Where(row => !told.ContainsKey(row.Key) && !IsStock(row.Value)).ToList();
        foreach (var (number, row) in untold)
        {
            if (row is not { State: "in_service", Account: not null, Revision: 2 }) faults.Add($"{number} is half done: {row}");
            else if (!unanswered.Any(purchase => purchase.Buyer == row.Account && Covers(purchase, number))) faults.Add($"{number} belongs to {row.Account}, who was told otherwise or never asked");
        }

        foreach (var purchase in unanswered)
        {
            var his = untold.Count(row => row.Value.Account == purchase.Buyer);
            if (his > purchase.Quantity) faults.Add($"{purchase.Buyer} asked for {purchase.Quantity} and has {his} more than he knows of");
            // A list is one change: when some of it was written, none of it was left undecided.
            if (his > 0 && purchase.Asked.Where(number => rows.TryGetValue(number, out var row) && IsStock(row)).ToList() is [var left, ..])
                faults.Add($"{purchase.Buyer} got only a part of his list: {left} is still for sale");
        }

        return faults;
    }

    private static bool IsStock(RawNumber row) => row is { State: "available", Account: null, Revision: 1 };

    private static bool Covers(Purchase purchase, string number) => purchase.Asked.Count == 0 || purchase.Asked.Contains(number);
}
