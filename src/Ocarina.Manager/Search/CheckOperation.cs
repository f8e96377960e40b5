using Microsoft.Extensions.Logging;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Lifecycle;
using Ocarina.Manager.Carriers;
using Ocarina.Manager.Operations;
using Ocarina.Storage.Search;

namespace Ocarina.Manager.Search;

/// <summary>Says whether numbers could be bought now (`http-api.md` 2.11, <c>check</c>): by what is known here, and by their carriers where these can be asked. Never fails, changes nothing.</summary>
public sealed class CheckOperation(NumberDesk desk, CarrierDesk carriers, SearchDatabase pages, TimeProvider clock, ILogger<CheckOperation> logger)
{
    /// <summary>One answer for each number, in the order asked.</summary>
    /// <param name="actor">The account of the token.</param>
    /// <param name="path">The account that would buy.</param>
    /// <param name="texts">The numbers as given.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<IReadOnlyList<(string Key, bool CanBeBought)>> RunAsync(Actor actor, AccountId path, IReadOnlyList<string> texts, CancellationToken ct)
    {
        var wanted = NumberDesk.Read(desk.RulesFor(path), texts);
        List<PhoneNumber> numbers = [.. wanted.Where(entry => entry.Error is null).Select(entry => entry.Number).Distinct()];
        var records = await desk.Numbers.LoadAsync(numbers, ct);
        List<PhoneNumber> unknown = [.. numbers.Where(number => !records.ContainsKey(number))];
        var offers = await desk.Numbers.FindOffersAsync([path, .. desk.Tree.Find(path)?.Ancestors ?? []], unknown, desk.Now, ct);
        var taken = await pages.NotForSaleAsync([.. offers.Keys], ct);

        var request = desk.Request(actor, path);
        var good = new HashSet<PhoneNumber>();
        var sellers = new Dictionary<PhoneNumber, CarrierName>();
        foreach (var (number, offer) in offers)
            if (!taken.Contains(number)) sellers[number] = offer.Carrier;
        foreach (var (number, record) in records)
        {
            if (NumberLifecycle.Decide(record, NumberState.InService, request) is not TransitionDecision.Allowed allowed) continue;
            if (allowed.CarrierMustSell) sellers[number] = record.Carrier;
            else good.Add(number);
        }

        foreach (var part in await Task.WhenAll(sellers.GroupBy(pair => pair.Value, pair => pair.Key).Select(group => AskAsync(group.Key, [.. group], ct)))) good.UnionWith(part);
        return [.. wanted.DistinctBy(entry => entry.Key).Select(entry => (entry.Key, entry.Error is null && good.Contains(entry.Number)))];
    }

    // Those of a carrier's numbers that it would sell.
    private async Task<IEnumerable<PhoneNumber>> AskAsync(CarrierName name, IReadOnlyList<PhoneNumber> numbers, CancellationToken ct)
    {
        if (carriers.Modules.Find(name) is not { } carrier || !carriers.IsEnabled(name)) return [];
        if (!carrier.Info.Can(CarrierCapabilities.Checks)) return numbers;

        var budget = TimeSpan.FromMilliseconds(desk.Config.SettingsFor(null).SearchTimeoutMs);
        using var deadline = new CancellationTokenSource(budget, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, ct);
        try
        {
            // Elsewhere and with an end, for a module may block or never come back.
            var said = await Task.Run(
                async () => await carrier.CheckAsync(numbers, await carriers.ContextForAsync(carrier, budget, null, either.Token), either.Token), either.Token).WaitAsync(either.Token);
            return numbers.Where(number => said.GetValueOrDefault(number, CarrierCheck.Error) == CarrierCheck.Available);
        }
        catch (CarrierException e) when (e.Error.Kind == CarrierErrorKind.NotSupported)
        {
            return numbers; // what was offered is all that is known
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            logger.CheckFailed(name.ToString(), (e as CarrierException)?.Error.Name ?? e.GetType().Name);
            return [];
        }
    }
}
