using System.Collections.Immutable;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Stock;

namespace Ocarina.Manager.Operations;

/// <summary>Which stock an account may see (numbers.md 10.3 and 10.5): the local family of carriers, in the order of configuration.</summary>
internal static class StockSources
{
    /// <summary>All that a search of an account asks: its own reserve, its reseller's, then the stock carriers that are switched on.</summary>
    internal static ImmutableArray<StockSource> ForSearch(NumberDesk desk, AccountId account)
    {
        var reseller = desk.Tree.ResellerOf(account);
        var sources = ImmutableArray.CreateBuilder<StockSource>();
        sources.Add(new StockSource.ReservedBy(account));
        if (reseller != account) sources.Add(new StockSource.ReservedBy(reseller));
        sources.AddRange(ForSale(desk, account));
        return sources.ToImmutable();
    }

    /// <summary>The part of it in state available, which a purchase by prefix takes from.</summary>
    internal static ImmutableArray<StockSource> ForSale(NumberDesk desk, AccountId account)
    {
        var reseller = desk.Tree.ResellerOf(account);
        var sources = ImmutableArray.CreateBuilder<StockSource>();
        foreach (var carrier in desk.Config.ResellerSettingsOf(account).CarrierModules.Distinct())
        {
            if (carrier == CarrierName.Local || carrier == CarrierName.Inventory || carrier == CarrierName.Other)
            {
                sources.Add(new StockSource.AvailableOf(carrier));
            }
            else if (carrier == CarrierName.Managed || carrier == CarrierName.Inum)
            {
                sources.Add(new StockSource.KeptFor(carrier, account));
                if (reseller != account) sources.Add(new StockSource.KeptFor(carrier, reseller));
            }
        }

        return sources.ToImmutable();
    }
}
