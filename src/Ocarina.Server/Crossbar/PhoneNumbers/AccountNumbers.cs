using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Normalization;
using Ocarina.Manager.Operations;
using Ocarina.Storage;

namespace Ocarina.Server.Crossbar.PhoneNumbers;

/// <summary>The numbers of an account (`http-api.md` 2.3), with the filters of 1.8.</summary>
internal static class AccountNumbers
{
    /// <summary>One page, or all, as an object keyed by number.</summary>
    public static async Task<IResult> ListAsync(CrossbarRequest request, NumberDesk desk, NumbersDatabase numbers, CancellationToken ct)
    {
        var paging = request.Paging;
        var account = request.TargetAccount.Id;
        var query = Query(request, desk, account) with
        {
            Descending = paging.IsDescending,
            PageSize = paging.IsAll ? PageRequest.SizeMax : paging.Size,
            StartAt = StartOf(paging.StartKey, desk.RulesFor(account)),
        };

        var page = await numbers.ListAsync(query, ct);
        var rows = new JsonObject();
        Add(page.Rows);
        while (paging.IsAll && page.Next is { } next)
        {
            page = await numbers.ListAsync(query with { StartAt = next }, ct);
            Add(page.Rows);
        }

        var data = new JsonObject { ["numbers"] = rows, ["cascade_quantity"] = await numbers.CountBelowAsync(account, ct) };
        return paging.IsAll ? CrossbarResults.List(data) : CrossbarResults.Page(data, rows.Count, paging.StartKey, page.Next?.ToString());

        void Add(IReadOnlyList<NumberRecord> records)
        {
            foreach (var record in records) rows[record.Number.ToString()] = NumberDocument.Row(record, request.Actor, desk);
        }
    }

    // Our own keys are numbers as stored. Old scripts send what they read, and lose the plus in the query.
    private static PhoneNumber? StartOf(string? key, INumberRules rules) =>
        key is null ? null
        : PhoneNumber.TryParse(key, out var stored) ? stored
        : NumberInput.TryRead(rules, key, out var read, out _) ? read : null;

    /// <summary>The filters of a request as a question to storage: what an index or a column answers goes there, the rest is asked of each row.</summary>
    public static NumberListQuery Query(CrossbarRequest request, NumberDesk desk, AccountId? account)
    {
        var filters = RowFilters.Read(request);
        var answered = new List<RowFilter>();
        var query = new NumberListQuery
        {
            Account = account,
            // No number is stored as deleted: a state that does not exist finds none.
            States = [.. Values("state").Select(name => NumberStates.TryParse(name, out var state) ? state : NumberState.Deleted)],
            UsedBy = Values("used_by"),
            Localities = Values("locality"),
            CreatedFrom = Bound(filters, FilterKind.CreatedFrom),
            ModifiedFrom = Bound(filters, FilterKind.ModifiedFrom),
        };
        var rest = new RowFilters([.. filters.All.Except(answered)]);
        return rest.All.Count == 0 ? query : query with
        {
            Where = record => rest.Matches(Searchable(record, request, desk), record.Created.ToGregorianSeconds(), record.Modified.ToGregorianSeconds()),
        };

        ImmutableArray<string> Values(string key)
        {
            if (filters.All.FirstOrDefault(filter => filter.Kind == FilterKind.Equal && filter.Key == key) is not { Values.Count: > 0 } filter) return [];
            answered.Add(filter);
            return [.. filter.Values];
        }
    }

    private static DateTimeOffset? Bound(RowFilters filters, FilterKind kind) =>
        filters.All.FirstOrDefault(filter => filter.Kind == kind) is { Seconds: > GregorianTime.UnixEpochS and < 200_000_000_000 } bound
            ? GregorianTime.FromGregorianSeconds(bound.Seconds)
            : null;

    // A filter may name anything the row or the document shows.
    private static JsonObject Searchable(NumberRecord record, CrossbarRequest request, NumberDesk desk)
    {
        var row = NumberDocument.Row(record, request.Actor, desk);
        foreach (var (name, value) in record.PublicFields.ToObject()) row.TryAdd(name, value?.DeepClone());
        return row;
    }
}
