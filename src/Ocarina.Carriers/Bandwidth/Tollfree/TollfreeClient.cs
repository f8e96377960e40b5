using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Bandwidth.Tollfree;

/// <summary>Searches the toll-free service for one call of the module.</summary>
internal sealed class TollfreeClient(CarrierChannel channel, TollfreeMemory memory, BandwidthSettings settings, CarrierContext context)
{
    /// <summary>One key after the other, until there is enough or the deadline is near.</summary>
    public async Task<FindReply> SearchAsync(IReadOnlyList<string> keys, CarrierSearch search, CancellationToken ct)
    {
        var hits = new List<CarrierHit>();
        var dropped = 0;
        var wanted = Math.Min(search.Quantity + Math.Max(0, search.Offset), settings.SearchQuantityMax);
        CarrierError? error = null;
        foreach (var key in keys)
        {
            try
            {
                foreach (var item in await ListAsync(key, ct))
                {
                    if (!item.IsAvailable) continue;
                    if (item.In(context) is not { } number) dropped++;
                    else if (CarrierNumbers.IsWithin(number, search.Prefix)) hits.Add(item.ToHit(number));
                }
            }
            catch (CarrierException failed)
            {
                error = failed.Error;
                break; // what was found before stays
            }

            if (hits.Count >= wanted) break;
        }

        var isLate = error is { Kind: CarrierErrorKind.Timeout };
        return new FindReply([.. SearchResults.Window(hits, search).Take(wanted)]) { Dropped = dropped, IsIncomplete = isLate, Error = isLate && hits.Count > 0 ? null : error };
    }

    /// <summary>One number as the service has it; none when it has not.</summary>
    public async Task<BandwidthNumber?> FindAsync(PhoneNumber number, CancellationToken ct)
    {
        if (CarrierNumbers.TenDigits(number) is not { } digits) return null;
        var found = (await ListAsync(digits, ct)).FirstOrDefault(item => item.In(context) == number);
        return found is null ? null : new BandwidthNumber(found.Id, digits, null, number.ToString(), null, found.Status, null);
    }

    private async Task<IReadOnlyList<TollfreeNumber>> ListAsync(string key, CancellationToken ct)
    {
        var isCode = key.Length == 3; // whole numbers are asked about before they are bought: that must be fresh
        if (isCode && memory.Find(settings.Fingerprint, key) is { } known) return known;
        var token = await TokenAsync(null, ct);
        IReadOnlyList<TollfreeNumber> numbers;
        try
        {
            numbers = await AskAsync(token, key, ct);
        }
        catch (CarrierException old) when (TollfreeWire.IsStale(old.Error))
        {
            numbers = await AskAsync(await TokenAsync(token, ct), key, ct);
        }

        if (isCode) memory.Keep(settings.Fingerprint, key, numbers);
        return numbers;
    }

    /// <summary>The service ignores how many are wanted, so reading stops at what a search may have.</summary>
    private async Task<IReadOnlyList<TollfreeNumber>> AskAsync(string token, string key, CancellationToken ct)
    {
        var reply = await channel.ReadAsync(TollfreeWire.Search(token, key) with { Timeout = settings.TollfreeTimeout }, ct);
        var result = TollfreeWire.Open(reply, "SearchTelephoneNumbersResponse").Child("SearchTelephoneNumbersResult");
        return [.. result.Children("TelephoneNumber").Select(TollfreeNumber.Read).Where(number => number.IsAvailable || key.Length == 10).Take(BandwidthSettings.QuantityMax)];
    }

    private Task<string> TokenAsync(string? stale, CancellationToken ct) => memory.TokenAsync(settings.Fingerprint, stale, () => LoginAsync(ct), ct);

    private async Task<string> LoginAsync(CancellationToken ct)
    {
        try
        {
            var call = TollfreeWire.Login(settings.TollfreeLogin, settings.TollfreePassword) with { Timeout = settings.TollfreeTimeout };
            var answer = TollfreeWire.Open(await channel.ReadAsync(call, ct), "LoginResponse");
            // The token is taken as it is: blanks at its ends may belong to it.
            return answer.Child("LoginResult")?.Value is { Length: > 0 } token && !string.IsNullOrWhiteSpace(token)
                ? token
                : throw new CarrierException(new CarrierError(CarrierErrorKind.Unauthenticated, "bw_login_failed: the log-in gave no token", "bw_login_failed"));
        }
        catch (CarrierException refused) when (refused.Error is { Kind: CarrierErrorKind.Unauthenticated, Code: "bw_login_failed" })
        {
            channel.ReportUnauthenticated(); // a wrong password is tried once a minute, not more
            throw;
        }
    }
}
