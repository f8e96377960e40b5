using Dapper;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Storage.Rows;

namespace Ocarina.Storage;

/// <summary>A group of which a carrier sells some number, not a chosen one. For sale as an <see cref="Offer"/> is.</summary>
/// <param name="Id">Key within all carriers, such as <c>voxbone:1196</c>.</param>
/// <param name="Carrier">Who offers it.</param>
/// <param name="Data">What the carrier told about it, handed back to the carrier at the purchase.</param>
/// <param name="ExpiresAt">When it is no longer for sale.</param>
public sealed record StoredGroupOffer(string Id, CarrierName Carrier, DocumentText Data, DateTimeOffset ExpiresAt)
{
    /// <summary>What the carrier asks; none when it did not say.</summary>
    public CarrierPrice? Price { get; init; }

    /// <summary>What its numbers look like, such as <c>+1205XXXXXXX</c>; none when nobody said.</summary>
    public string? Pattern { get; init; }

    /// <summary>The account that searched. Set when an offer is found; not read when it is remembered.</summary>
    public AccountId Account { get; init; }

    /// <summary>When it was remembered. Set by storage.</summary>
    public DateTimeOffset FoundAt { get; init; }
}

public sealed partial class NumbersDatabase
{
    /// <summary>Longest id of an offer that is kept, in characters; longer ones are left out.</summary>
    public const int GroupOfferIdMax = 200;

    private const string UpsertGroup =
        """
        INSERT INTO group_offers (account, id, carrier, data, found_at, expires_at, price, pattern) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (account, id) DO UPDATE SET carrier = excluded.carrier, data = excluded.data, found_at = excluded.found_at, expires_at = excluded.expires_at,
          price = excluded.price, pattern = excluded.pattern
        """;

    /// <summary>Keeps offers of groups, for any process to sell. An offer made again takes the place of the older one.</summary>
    public Task RememberGroupOffersAsync(AccountId searcher, IReadOnlyList<StoredGroupOffer> offers, CancellationToken ct) =>
        RememberGroupOffersAsync(new OfferHolder(searcher), offers, ct);

    /// <summary>The same for strangers too. Their number has no bound of its own: carriers have so many groups and no more.</summary>
    public Task RememberGroupOffersAsync(OfferHolder searcher, IReadOnlyList<StoredGroupOffer> offers, CancellationToken ct)
    {
        // In order: two searches do not wait crosswise.
        var sorted = offers.Where(offer => offer.Id.Length is > 0 and <= GroupOfferIdMax).DistinctBy(offer => offer.Id).OrderBy(offer => offer.Id, StringComparer.Ordinal).ToList();
        if (sorted.Count == 0) return Task.CompletedTask;
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        return database.WriteAsync(async (session, token) =>
        {
            foreach (var offer in sorted)
            {
                await session.Hot(UpsertGroup, searcher.Key, offer.Id, offer.Carrier.ToString(), offer.Data.ToString(), now,
                    offer.ExpiresAt.ToUnixTimeMilliseconds(), CarrierCosts.ToText(offer.Price), offer.Pattern).ExecuteNonQueryAsync(token);
            }

            return sorted.Count;
        }, WriteLane.Foreground, ct);
    }

    /// <summary>An offer of a group to any of the accounts that has not expired; of several, that of the account named first, and those to strangers last.</summary>
    /// <param name="accounts">The account that buys, then those above it.</param>
    /// <param name="id">The offer's id.</param>
    /// <param name="now">Offers that expire later than this are found.</param>
    /// <param name="ct">Ends the waiting.</param>
    public async Task<StoredGroupOffer?> FindGroupOfferAsync(IReadOnlyList<AccountId> accounts, string id, DateTimeOffset now, CancellationToken ct)
    {
        if (accounts.Count == 0 || id.Length is 0 or > GroupOfferIdMax || id.Contains('\0', StringComparison.Ordinal)) return null;
        var rows = await database.ReadAsync(async (session, token) => await session.Connection.QueryAsync<GroupOfferRow>(new CommandDefinition(
            "SELECT account AS Account, id AS Id, carrier AS Carrier, data AS Data, found_at AS FoundAt, expires_at AS ExpiresAt, price AS Price, pattern AS Pattern "
            + $"FROM group_offers WHERE account {In(session, "holders")} AND id = @id AND expires_at > @now",
            new { holders = HoldersOf(accounts), id, now = now.ToUnixTimeMilliseconds() },
            session.Transaction, cancellationToken: token)), ct);
        return rows.OrderBy(row => OfferHolder.IsOfCrowd(row.Account)).ThenBy(row => IndexOf(accounts, OfferHolder.AccountOf(row.Account))).ThenByDescending(row => row.FoundAt)
            .FirstOrDefault()?.ToOffer();
    }

    private sealed record GroupOfferRow(string Account, string Id, string Carrier, string Data, long FoundAt, long ExpiresAt, string? Price, string? Pattern)
    {
        internal StoredGroupOffer ToOffer() =>
            new(Id, CarrierName.Parse(Carrier), DocumentText.FromStorage(Data), DateTimeOffset.FromUnixTimeMilliseconds(ExpiresAt))
            {
                Price = CarrierCosts.FromText(Price),
                Pattern = Pattern,
                Account = OfferHolder.AccountOf(Account),
                FoundAt = DateTimeOffset.FromUnixTimeMilliseconds(FoundAt),
            };
    }
}
