namespace Ocarina.Tests.Proof;

/// <summary>Holds the carriers' books against ours, and both against what buyers were told: promises 2 and 3 of design.md.</summary>
internal static class TortureCheck
{
    /// <summary>What is wrong, in words; nothing when all is well.</summary>
    /// <param name="theirs">The carriers' books.</param>
    /// <param name="ours">Our books, when every order had its time to end.</param>
    /// <param name="told">What buyers asked for and were told.</param>
    /// <param name="carriers">Names of the carriers.</param>
    /// <param name="keepers">Those that take no releases: what they keep is ours still, and a person ends it.</param>
    public static IReadOnlyList<string> Faults(
        CarrierBooks theirs, OurBooks ours, IReadOnlyCollection<Told> told, IReadOnlyCollection<string> carriers, params IReadOnlyCollection<string> keepers)
    {
        var faults = new List<string>();
        MustBeEnded(ours, keepers, faults);
        MustBeSoldOnce(theirs, faults);
        MustBeOrdered(theirs, ours, faults);
        MustBeHeldAlike(theirs, ours, carriers, faults);
        MustBeKept(ours, told, faults);
        MustBeWanted(ours, told, carriers, faults);
        return faults;
    }

    private static void MustBeEnded(OurBooks ours, IReadOnlyCollection<string> keepers, List<string> faults)
    {
        foreach (var order in ours.Orders)
        {
            if (!order.IsEnded) faults.Add($"{Name(order)} has not ended");
            else if (order.Outcome == "stranded" && !(order.Kind == "disconnect" && keepers.Contains(order.Carrier))) faults.Add($"{Name(order)} is stranded");
        }
    }

    private static void MustBeSoldOnce(CarrierBooks theirs, List<string> faults)
    {
        // What was given back may be sold again, and to us alone for a while (carriers.md 4.8).
        var released = theirs.Released.CountBy(number => number).ToDictionary();
        foreach (var twice in theirs.Sold.GroupBy(sale => sale.Number).Where(sales => sales.Count() > 1 + released.GetValueOrDefault(sales.Key)))
            faults.Add($"{twice.Key} was sold {twice.Count()} times: {string.Join(' ', twice.Select(sale => sale.Reference))}");
        foreach (var twice in theirs.Sold.Where(sale => sale.Reference is not null).GroupBy(sale => sale.Reference).Where(sales => sales.Count() > 1))
            faults.Add($"order {twice.Key} was charged {twice.Count()} times: {string.Join(' ', twice.Select(sale => sale.Number))}");
        foreach (var (carrier, spent) in theirs.SpentMinor)
            if (theirs.Sold.Where(sale => sale.Carrier == carrier).Sum(sale => sale.Minor) is var sum && sum != spent) faults.Add($"{carrier} took {spent} for what costs {sum}");
    }

    // Whatever was sold has its order, which says so; and no order says so that did not buy.
    private static void MustBeOrdered(CarrierBooks theirs, OurBooks ours, List<string> faults)
    {
        var orders = ours.Orders.ToDictionary(order => order.Id);
        foreach (var sale in theirs.Sold)
        {
            if (sale.Reference is null || !orders.TryGetValue(sale.Reference, out var order)) faults.Add($"{sale.Carrier} sold {sale.Number} by an order that is not ours: {sale.Reference}");
            else if (!order.IsBought) faults.Add($"{sale.Carrier} sold {sale.Number}, and {Name(order)} does not know it");
            else if (order.Number != sale.Number || order.Carrier != sale.Carrier) faults.Add($"{sale.Carrier} sold {sale.Number}, and {Name(order)} is about another number");
        }

        var sold = theirs.Sold.Select(sale => sale.Reference).ToHashSet();
        foreach (var order in ours.Orders.Where(order => order.IsBought && !sold.Contains(order.Id))) faults.Add($"{Name(order)} says that it bought, and nothing was sold");
    }

    private static void MustBeHeldAlike(CarrierBooks theirs, OurBooks ours, IReadOnlyCollection<string> carriers, List<string> faults)
    {
        var there = theirs.Held.Select(sale => (sale.Carrier, sale.Number)).ToHashSet();
        var here = ours.Numbers.Where(number => number.IsHeld && carriers.Contains(number.Carrier)).Select(number => (number.Carrier, number.Number)).ToHashSet();
        foreach (var (carrier, number) in there.Except(here)) faults.Add($"{number} is paid for at {carrier}, and we do not have it");
        foreach (var (carrier, number) in here.Except(there)) faults.Add($"{number} is ours here, and {carrier} does not know it");
    }

    private static void MustBeKept(OurBooks ours, IReadOnlyCollection<Told> told, List<string> faults)
    {
        var numbers = ours.Numbers.ToDictionary(number => number.Number);
        var orders = ours.Orders.ToDictionary(order => order.Id);
        foreach (var one in told)
        {
            foreach (var number in one.Won.Except(one.GivenBack))
                if (!numbers.TryGetValue(number, out var row) || row.Account != one.Account || !row.IsHeld)
                    faults.Add($"{one.Account} was told that {number} is his, and it is {row?.State ?? "nowhere"} of {row?.Account ?? "nobody"}");
            foreach (var id in one.Promised)
            {
                if (!orders.TryGetValue(id, out var order)) faults.Add($"{one.Account} was told of order {id}, and there is none");
                else if (order.Account != one.Account) faults.Add($"{one.Account} was told of {Name(order)}, which is of {order.Account}");
            }
        }
    }

    private static void MustBeWanted(OurBooks ours, IReadOnlyCollection<Told> told, IReadOnlyCollection<string> carriers, List<string> faults)
    {
        var byAccount = told.ToDictionary(one => one.Account);
        var bought = ours.Orders.Where(order => order.IsBought).GroupBy(order => order.Number).ToDictionary(orders => orders.Key, orders => orders.Last());
        foreach (var order in ours.Orders.Where(order => order is { Kind: "acquire", Offer: null }))
            if (order.Account is null || !byAccount.TryGetValue(order.Account, out var one) || !one.Asked.Contains(order.Number)) faults.Add($"{Name(order)} buys what {order.Account} never asked for");
        foreach (var one in told)
        {
            var ordered = ours.Orders.Count(order => order is { Kind: "acquire", Offer: not null } && order.Account == one.Account);
            if (ordered > one.AskedOfGroups) faults.Add($"{one.Account} asked for {one.AskedOfGroups} numbers of groups, and {ordered} were ordered");
        }

        foreach (var number in ours.Numbers.Where(number => number.Account is not null && carriers.Contains(number.Carrier)))
            if (!bought.TryGetValue(number.Number, out var order)) faults.Add($"{number.Number} is of {number.Account}, and no order bought it");
            else if (order.Account != number.Account && !byAccount.Values.Any(one => one.Account == number.Account && one.Asked.Contains(number.Number)))
                faults.Add($"{number.Number} is of {number.Account}, and {Name(order)} bought it for {order.Account}");
    }

    private static string Name(OurOrder order) =>
        $"{order.Kind} order {order.Id} ({order.Number} of {order.Carrier}: {order.State}{(order.Outcome is { } outcome ? $", {outcome}" : "")}{(order.Error is { } error ? $", {error}" : "")})";
}
