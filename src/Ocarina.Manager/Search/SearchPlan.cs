using System.Collections.Immutable;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Stock;
using Ocarina.Manager.Carriers;
using Ocarina.Manager.Operations;

namespace Ocarina.Manager.Search;

/// <summary>Who is asked in a search, in configured order (numbers.md 10.3): reserves, then the stock and the carriers of <c>carrier_modules</c>.</summary>
/// <param name="Stock">Stock, by name.</param>
/// <param name="Carriers">Modules that can be asked.</param>
/// <param name="Skipped">Configured names that cannot, and why.</param>
/// <param name="Order">All names, in order.</param>
internal sealed record SearchPlan(
    ImmutableArray<(CarrierName Name, ImmutableArray<StockSource> Sources)> Stock, ImmutableArray<ICarrier> Carriers,
    ImmutableArray<(CarrierName Name, CarrierErrorKind Why)> Skipped, ImmutableArray<CarrierName> Order)
{
    /// <summary>Place of a name; those that are not configured stand last.</summary>
    internal int PlaceOf(CarrierName name) => Order.IndexOf(name) is >= 0 and var place ? place : Order.Length;

    internal static SearchPlan Of(NumberDesk desk, CarrierDesk carriers, SearchCaller caller, NumberSearch search)
    {
        var configured = desk.Config.ResellerSettingsOf(caller.Account).CarrierModules.Distinct().ToList();
        var stock = NamedStock(desk, caller);
        var enabled = carriers.EnabledFor(caller.IsStranger && caller.Account == desk.Tree.Master ? null : caller.Account);
        var asked = ImmutableArray.CreateBuilder<ICarrier>();
        var skipped = ImmutableArray.CreateBuilder<(CarrierName, CarrierErrorKind)>();
        foreach (var carrier in enabled)
        {
            if (CanFind(carrier, search)) asked.Add(carrier);
            else if (!stock.Any(known => known.Name == carrier.Name)) skipped.Add((carrier.Name, CarrierErrorKind.NotSupported));
        }

        // A name that nothing is installed under is a mistake of whoever configured it; he reads it here.
        foreach (var name in configured)
            if (CarrierCatalogue.Find(name) is not { InstallsNothing: true } && carriers.Modules.Find(name) is null) skipped.Add((name, CarrierErrorKind.NotSupported));

        return new SearchPlan(stock, asked.ToImmutable(), skipped.ToImmutable(), [CarrierName.Reserved, CarrierName.ReservedReseller, .. configured]);
    }

    /// <summary>Everything that an account sees of stock, by the names under which it is reported.</summary>
    internal static ImmutableArray<(CarrierName Name, ImmutableArray<StockSource> Sources)> NamedStock(NumberDesk desk, SearchCaller caller)
    {
        var sources = caller.IsStranger ? StockSources.ForSale(desk, caller.Account) : StockSources.ForSearch(desk, caller.Account);
        return [.. sources.GroupBy(source => NameOf(source, caller.Account)).Select(named => (named.Key, named.Distinct().ToImmutableArray()))];
    }

    private static CarrierName NameOf(StockSource source, AccountId account) => source switch
    {
        StockSource.ReservedBy(var holder) => holder == account ? CarrierName.Reserved : CarrierName.ReservedReseller,
        StockSource.AvailableOf(var carrier) => carrier,
        StockSource.KeptFor(var carrier, _) => carrier,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static bool CanFind(ICarrier carrier, NumberSearch search) =>
        carrier.Info.Can(CarrierCapabilities.Searches)
        && (search.BlockSize is null || carrier.Info.Can(CarrierCapabilities.Blocks))
        && (!(search.IsTollfree || SearchPrefix.IsTollfree(search.Prefix, search.Country)) || carrier.Info.Can(CarrierCapabilities.Tollfree));
}
