using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Carriers;
using Ocarina.Manager.Carriers;
using Ocarina.Manager.Operations;

namespace Ocarina.Manager.Search;

/// <summary>What somebody who searches and creates numbers must know of the carriers.</summary>
/// <param name="PrefixLengthMax">Longest prefix that all enabled carriers can use, in digits.</param>
/// <param name="Usable">Carriers that may be named, sorted.</param>
/// <param name="CreationStates">States in which the asking account may create numbers, sorted.</param>
public sealed record CarriersInfo(int PrefixLengthMax, IReadOnlyList<CarrierName> Usable, IReadOnlyList<NumberState> CreationStates);

/// <summary>Tells it (`http-api.md` 2.9).</summary>
public sealed class CarriersInfoOperation(NumberDesk desk, CarrierDesk carriers)
{
    private const int PrefixLengthUnlimited = 15;

    private static readonly NumberState[] AllCreationStates = [NumberState.Aging, NumberState.Available, NumberState.InService, NumberState.PortIn, NumberState.Reserved];
    private static readonly NumberState[] OwnCreationStates = [NumberState.InService, NumberState.Reserved];

    /// <summary>For an account, as the actor may know it.</summary>
    /// <param name="actor">The account of the token.</param>
    /// <param name="path">The account of the path.</param>
    public CarriersInfo Run(Actor actor, AccountId path)
    {
        var enabled = carriers.EnabledFor(path);
        List<CarrierName> stock = [.. desk.Config.ResellerSettingsOf(path).CarrierModules.Where(CarrierCatalogue.AsksNobody).Distinct()];
        var limits = enabled.Where(carrier => carrier.Info.Can(CarrierCapabilities.Searches)).Select(carrier => carrier.Info.PrefixLengthMax)
            .Concat(stock.Select(name => CarrierCatalogue.Find(name)?.PrefixLengthMax ?? 0))
            .Where(length => length > 0); // zero is said by those that are not searched

        var names = desk.Tree.IsAdmin(actor)
            ? CarrierCatalogue.All.Where(traits => traits.InstallsNothing).Select(traits => traits.Name).Concat(carriers.Modules.All.Select(carrier => carrier.Name))
            : stock.Concat(enabled.Select(carrier => carrier.Name)).Append(CarrierName.Local);
        return new CarriersInfo(
            limits.DefaultIfEmpty(PrefixLengthUnlimited).Min(),
            [.. names.Where(name => CarrierCatalogue.Find(name) is not { IsSearchSource: true }).Distinct().OrderBy(name => name.ToString(), StringComparer.Ordinal)],
            StatesFor(actor));
    }

    private NumberState[] StatesFor(Actor actor)
    {
        if (desk.Tree.IsAdmin(actor)) return AllCreationStates;
        return actor.Account is { } account && desk.Tree.Find(account) is { AllowAdditions: true } ? OwnCreationStates : [];
    }
}
