using Dapper;
using Ocarina.Core;
using Ocarina.Storage.Rows;

namespace Ocarina.Storage;

public sealed partial class NumbersDatabase
{
    /// <summary>Most offers kept for one account; the oldest go first. Default 10,000.</summary>
    public int OffersPerAccountMax { get; init; } = 10_000;

    /// <summary>Most offers kept for one crowd of an account's strangers; the oldest go first. Default 2,500.</summary>
    public int OffersPerCrowdMax { get; init; } = 2_500;

    private const string Upsert =
        """
        INSERT INTO offers (account, number, carrier, state, data, found_at, expires_at, price) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (account, number) DO UPDATE SET carrier = excluded.carrier, state = excluded.state, data = excluded.data,
          found_at = excluded.found_at, expires_at = excluded.expires_at, price = excluded.price
        """;

    private const string UpsertMany =
        """
        INSERT INTO offers (account, number, carrier, state, data, found_at, expires_at, price)
        SELECT $1, u.number, u.carrier, u.state, u.data, $2, u.expires_at, u.price
        FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[]) AS u(number, carrier, state, data, expires_at, price)
        ORDER BY u.number COLLATE "C"
        ON CONFLICT (account, number) DO UPDATE SET carrier = excluded.carrier, state = excluded.state, data = excluded.data,
          found_at = excluded.found_at, expires_at = excluded.expires_at, price = excluded.price
        """;

    // Older than the last one that has its place. Ties are all kept: they are of one search.
    private const string Evict =
        "DELETE FROM offers WHERE (account, number) IN (SELECT account, number FROM offers WHERE account = $1 "
        + "AND found_at < (SELECT found_at FROM offers WHERE account = $1 ORDER BY found_at DESC LIMIT 1 OFFSET $2)";

    /// <summary>Keeps what carriers offered, for any process to sell. A number offered again takes the place of its older offer.</summary>
    public Task RememberOffersAsync(AccountId searcher, IReadOnlyList<Offer> offers, CancellationToken ct) => RememberOffersAsync(new OfferHolder(searcher), offers, ct);

    /// <summary>The same for strangers too: what they find makes room among what they found.</summary>
    public Task RememberOffersAsync(OfferHolder searcher, IReadOnlyList<Offer> offers, CancellationToken ct)
    {
        if (offers.Count == 0) return Task.CompletedTask;
        var sorted = offers.DistinctBy(offer => offer.Number).OrderBy(offer => offer.Number).ToList(); // in order: two searches do not wait crosswise
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var most = searcher.Crowd is null ? OffersPerAccountMax : OffersPerCrowdMax;
        return database.WriteAsync(async (session, token) =>
        {
            if (session.Kind == DatabaseKind.PostgreSql) await RememberAsync(session, searcher.Key, sorted, now, token);
            else foreach (var offer in sorted) Remember(session, searcher.Key, offer, now);
            return await session.Hot($"{Evict}{Unlocked(session)})", searcher.Key, most - 1L).ExecuteNonQueryAsync(token);
        }, WriteLane.Foreground, ct);
    }

    /// <summary>Offers of the numbers to any of the accounts that have not expired; of several for one number, that of the account named first, and those to strangers last.</summary>
    /// <param name="accounts">The account that buys, then those above it.</param>
    /// <param name="numbers">The numbers wanted.</param>
    /// <param name="now">Offers that expire later than this are found.</param>
    /// <param name="ct">Ends the waiting.</param>
    public async Task<IReadOnlyDictionary<PhoneNumber, Offer>> FindOffersAsync(
        IReadOnlyList<AccountId> accounts, IReadOnlyCollection<PhoneNumber> numbers, DateTimeOffset now, CancellationToken ct)
    {
        var found = new Dictionary<PhoneNumber, Offer>();
        if (accounts.Count == 0) return found;
        foreach (var part in numbers.Distinct().Chunk(500))
        {
            await FindAsync([.. accounts.Select(account => new OfferHolder(account).Key)], part);
            // Seldom needed, so asked apart: who buys what he saw before he had an account.
            if (part.Where(number => !found.ContainsKey(number)).ToArray() is { Length: > 0 } missing) await FindAsync(OfferHolder.CrowdKeys(accounts), missing);
        }

        return found;

        async Task FindAsync(string[] holders, PhoneNumber[] part)
        {
            var rows = await database.ReadAsync(async (session, token) => await session.Connection.QueryAsync<OfferRow>(new CommandDefinition(
                // Dapper writes the list out for SQLite and sends an array to PostgreSQL.
                $"SELECT account AS Account, number AS Number, carrier AS Carrier, state AS State, data AS Data, found_at AS FoundAt, expires_at AS ExpiresAt, price AS Price "
                + $"FROM offers WHERE account {In(session, "holders")} AND number {In(session, "numbers")} AND expires_at > @now",
                new { holders, numbers = part.Select(number => number.ToString()).ToArray(), now = now.ToUnixTimeMilliseconds() },
                session.Transaction, cancellationToken: token)), ct);
            var sorted = rows.Select(row => row.ToOffer()).OrderBy(offer => IndexOf(accounts, offer.Account)).ThenByDescending(offer => offer.FoundAt);
            foreach (var offer in sorted) found.TryAdd(offer.Number, offer);
        }
    }

    /// <summary>Forgets offers that have expired, oldest first, in the background lane.</summary>
    /// <returns>How many were forgotten; less than <paramref name="limit"/> when there are no more.</returns>
    public Task<int> ExpireOffersAsync(DateTimeOffset now, int limit, CancellationToken ct) => database.WriteAsync(async (session, token) =>
    {
        var numbers = await session.Hot(
            $"DELETE FROM offers WHERE (account, number) IN (SELECT account, number FROM offers WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2{Unlocked(session)})",
            now.ToUnixTimeMilliseconds(), (long)limit).ExecuteNonQueryAsync(token);
        var groups = await session.Hot(
            $"DELETE FROM group_offers WHERE (account, id) IN (SELECT account, id FROM group_offers WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2{Unlocked(session)})",
            now.ToUnixTimeMilliseconds(), (long)limit).ExecuteNonQueryAsync(token);
        return Math.Max(numbers, groups);
    }, WriteLane.Background, ct);

    /// <summary>Forgets a carrier's offers of a number: he said that it is gone.</summary>
    /// <param name="accounts">Whose offers: the account that wanted to buy, and those above it.</param>
    /// <param name="number">The number.</param>
    /// <param name="carrier">The carrier.</param>
    /// <param name="ct">Ends the waiting.</param>
    public Task DropOffersAsync(IReadOnlyList<AccountId> accounts, PhoneNumber number, CarrierName carrier, CancellationToken ct) => accounts.Count == 0
        ? Task.CompletedTask
        : database.WriteAsync((session, token) => session.Connection.ExecuteAsync(new CommandDefinition(
            $"DELETE FROM offers WHERE account {In(session, "holders")} AND number = @number AND carrier = @carrier",
            new { holders = HoldersOf(accounts), number = number.ToString(), carrier = carrier.ToString() },
            session.Transaction, cancellationToken: token)), WriteLane.Background, ct);

    private static string[] HoldersOf(IReadOnlyList<AccountId> accounts) => [.. accounts.Select(account => new OfferHolder(account).Key), .. OfferHolder.CrowdKeys(accounts)];

    private static void Remember(DbSession session, string holder, Offer offer, long now) => session.Hot(Upsert,
        holder, offer.Number.ToString(), offer.Carrier.ToString(), offer.State.Name(), offer.Data.ToString(), now,
        offer.ExpiresAt.ToUnixTimeMilliseconds(), CarrierCosts.ToText(offer.Price)).ExecuteNonQuery();

    private static async Task RememberAsync(DbSession session, string holder, List<Offer> offers, long now, CancellationToken ct)
    {
        await using var command = session.Cold(UpsertMany, holder, now,
            offers.Select(offer => offer.Number.ToString()).ToArray(), offers.Select(offer => offer.Carrier.ToString()).ToArray(),
            offers.Select(offer => offer.State.Name()).ToArray(), offers.Select(offer => offer.Data.ToString()).ToArray(),
            offers.Select(offer => offer.ExpiresAt.ToUnixTimeMilliseconds()).ToArray(), offers.Select(offer => CarrierCosts.ToText(offer.Price)).ToArray());
        await command.ExecuteNonQueryAsync(ct);
    }

    // What is forgotten is never waited for: whoever holds such a row is just renewing it.
    private static string Unlocked(DbSession session) => session.Kind == DatabaseKind.PostgreSql ? " FOR UPDATE SKIP LOCKED" : "";

    private static string In(DbSession session, string name) => session.Kind == DatabaseKind.PostgreSql ? $"= ANY(@{name})" : $"IN @{name}";

    private static int IndexOf(IReadOnlyList<AccountId> accounts, AccountId account)
    {
        for (var i = 0; i < accounts.Count; i++)
            if (accounts[i] == account) return i;
        return accounts.Count;
    }

    private sealed record OfferRow(string Account, string Number, string Carrier, string State, string Data, long FoundAt, long ExpiresAt, string? Price)
    {
        internal Offer ToOffer() => new(PhoneNumber.FromStorage(Number), CarrierName.Parse(Carrier), NumberStates.FromStorage(State),
            DocumentText.FromStorage(Data), DateTimeOffset.FromUnixTimeMilliseconds(ExpiresAt))
        {
            Price = CarrierCosts.FromText(Price),
            Account = OfferHolder.AccountOf(Account),
            FoundAt = DateTimeOffset.FromUnixTimeMilliseconds(FoundAt),
        };
    }
}
