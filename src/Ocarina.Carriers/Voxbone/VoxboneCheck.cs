using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Normalization;

namespace Ocarina.Carriers.Voxbone;

/// <summary>What is looked at before money is spent: price, stock, address, balance (carriers.md 5.8, steps 2 and 3). Reads only.</summary>
internal sealed class VoxboneCheck(VoxboneCall call, List<string> evidence)
{
    // A price is believed for so long.
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    private static readonly string[] LargestFirst = ["US", "CA", "RU", "GB", "IT", "FR", "AU", "NO", "FI", "NL"];

    /// <summary>Kazoo's search bought, and left the carrier's own description: such a number is ours already, if it still is.</summary>
    /// <returns>Bought, when the number is ours by the very purchase that the data tell of; none otherwise.</returns>
    public async Task<CarrierOutcome?> BoughtBeforeAsync(VoxboneData wish, CancellationToken ct)
    {
        if (wish.E164 is not { } number || wish.DidId is null && wish.OrderReference is null) return null;
        if (await call.Client.DidByNumberAsync(number, ct) is not { } did) return null; // given back since: to be bought like any other
        if (did.Id != wish.DidId && (did.OrderReference is null || did.OrderReference != wish.OrderReference)) throw Ours();
        return new CarrierOutcome.Done(DocumentText.From(VoxboneMapping.Owned(did, wish.Cart, null, wish)))
        {
            CarrierOrderId = did.OrderReference,
            Evidence = ["The number was bought before; nothing was ordered."],
        };
    }

    /// <summary>Checks a wish.</summary>
    /// <returns>The wish with what is known of it now.</returns>
    /// <exception cref="CarrierException">It cannot be bought, or the carrier could not be asked.</exception>
    public async Task<VoxboneData> RunAsync(VoxboneData wish, CancellationToken ct)
    {
        if (wish.GroupId is null) wish = await FindGroupAsync(wish, ct);
        else if (wish.SearchedAt is not { } seen || call.Context.Clock.GetUtcNow() - seen > Fresh) wish = await ReadGroupAsync(wish, ct);

        if (wish.Requirement is { } needed && AddressOf(call.Settings, wish) is null)
            throw new CarrierException(new CarrierError(CarrierErrorKind.RegulationRequired, "An address is needed first.") { Restrictions = needed.ToText() });

        if (call.Settings.ChecksBalance) await CheckBalanceAsync(wish, ct);
        return wish;
    }

    /// <summary>The address that a number will be linked to; none when none is configured or given.</summary>
    public static string? AddressOf(VoxboneSettings settings, VoxboneData wish) => wish.AddressId ?? settings.AddressFor(wish.CountryA3);

    private async Task CheckBalanceAsync(VoxboneData wish, CancellationToken ct)
    {
        var balance = await call.Client.BalanceAsync(ct);
        call.Facts.Saw(balance);
        if (!balance.IsActive) throw new CarrierException(new CarrierError(CarrierErrorKind.Unauthorized, "The account at the carrier is not active."));
        // The carrier takes the setup and a whole month when it sells.
        var needed = (wish.Setup100 ?? 0) + (wish.Monthly100 ?? 0);
        if (balance.Balance100 is not { } has) throw new CarrierException(new CarrierError(CarrierErrorKind.BadReply, "The balance is no amount."));
        if (has < needed)
            throw new CarrierException(new CarrierError(CarrierErrorKind.InsufficientFunds, $"The balance is {has} hundredths, {needed} are needed."));
        if (has < balance.Threshold100) evidence.Add("The balance at the carrier is below its threshold.");
    }

    private async Task<VoxboneData> ReadGroupAsync(VoxboneData wish, CancellationToken ct)
    {
        var group = wish.GroupId is { } id ? await InCountriesAsync(wish, alpha3 => call.Client.GroupAsync(id, alpha3, ct)) : null;
        if (group is null || !group.IsForSale(call.Settings.AllowsBackorder)) throw Unavailable();
        return Compared(wish, group);
    }

    // A number that was typed in: the group that has it is found by its digits.
    private async Task<VoxboneData> FindGroupAsync(VoxboneData wish, CancellationToken ct)
    {
        if (wish.E164 is not { } number) throw new CarrierException(new CarrierError(CarrierErrorKind.InvalidRequest, "Neither a number nor a group was given."));
        var group = await InCountriesAsync(wish, async alpha3 =>
        {
            var digits = CountryCodes.TryToAlpha2(alpha3, out var alpha2) && CountryCodes.TryGetPrefix(alpha2, out var code) && number.StartsWith(code, StringComparison.Ordinal)
                ? number[code.Length..] : number[1..];
            var page = await call.Client.GroupsAsync(
                [("countryCodeA3", alpha3), ("showEmpty", "false"), ("quantity", "100"), ("digits", digits.Length > 10 ? digits[..10] : digits)], 0, 100, ct);
            return page.Items.FirstOrDefault(group => group.Numbers.Contains(number));
        });
        if (group is not null && group.IsForSale(false)) return Compared(wish, group);
        throw await call.Client.DidByNumberAsync(number, ct) is null ? Unavailable() : Ours();
    }

    private static VoxboneData Compared(VoxboneData wish, VoxboneGroup group)
    {
        if (group.Setup100 > wish.Setup100 || group.Monthly100 > wish.Monthly100)
            throw new CarrierException(new CarrierError(CarrierErrorKind.InvalidRequest, "price_changed"));
        return wish.With(group);
    }

    // The country is mandatory, and not always known: then those with the number's calling code are tried, the largest first.
    private static async Task<VoxboneGroup?> InCountriesAsync(VoxboneData wish, Func<string, Task<VoxboneGroup?>> ask)
    {
        if (wish.CountryA3 is { } known) return await ask(known);
        foreach (var alpha3 in Countries(wish.E164))
            if (await ask(alpha3) is { } group) return group;
        return null;
    }

    private static IEnumerable<string> Countries(string? number)
    {
        const int tried = 3;
        if (number is null) return [];
        if (number.StartsWith("+800", StringComparison.Ordinal) || number.StartsWith("+883", StringComparison.Ordinal)) return ["WLD"];
        return CountryCodes.Alpha2Codes
            .Where(alpha2 => CountryCodes.TryGetPrefix(alpha2, out var code) && number.StartsWith(code, StringComparison.Ordinal))
            .OrderByDescending(CountryCodes.DialCode, Comparer<string>.Create((one, other) => one.Length - other.Length))
            .ThenBy(alpha2 => Array.IndexOf(LargestFirst, alpha2) is var rank and >= 0 ? rank : LargestFirst.Length)
            .Take(tried)
            .Select(alpha2 => CountryCodes.TryToAlpha3(alpha2, out var alpha3) ? alpha3 : alpha2);
    }

    private static CarrierException Unavailable() => new(new CarrierError(CarrierErrorKind.NumberUnavailable, "The carrier has it no more."));

    // Not "already ours": this order is not the one that bought it, and whoever did must not lose it.
    private static CarrierException Ours() => new(new CarrierError(CarrierErrorKind.NumberUnavailable, "The number is in our account at the carrier by another purchase."));
}
