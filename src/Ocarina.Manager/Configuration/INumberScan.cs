using System.Runtime.CompilerServices;
using Ocarina.Core;
using Ocarina.Storage;
using Ocarina.Storage.Config;

namespace Ocarina.Manager.Configuration;

/// <summary>Shows a change of the number rules what is stored.</summary>
public interface INumberScan
{
    /// <summary>All stored numbers, or those an account owns, in order.</summary>
    IAsyncEnumerable<PhoneNumber> NumbersAsync(AccountId? scope, CancellationToken ct);

    /// <summary>Which of some texts are stored numbers. At most <see cref="StoredNumberScan.PageRows"/> are asked at once.</summary>
    Task<IReadOnlyCollection<string>> ExistingAsync(IReadOnlyCollection<string> numbers, CancellationToken ct);
}

/// <summary>Reads the table in pages, so that no statement runs long and nothing is held between them.</summary>
public sealed class StoredNumberScan(IDatabase database) : INumberScan
{
    /// <summary>Rows of a page.</summary>
    public const int PageRows = 500;

    /// <inheritdoc/>
    public async IAsyncEnumerable<PhoneNumber> NumbersAsync(AccountId? scope, [EnumeratorCancellation] CancellationToken ct)
    {
        for (var after = ""; ;)
        {
            var from = after;
            var page = await database.ReadAsync((session, token) => StoredNumbers.PageAsync(session, scope?.ToString(), from, PageRows, token), ct);
            foreach (var number in page) yield return PhoneNumber.FromStorage(number);
            if (page.Count < PageRows) yield break;
            after = page[^1];
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyCollection<string>> ExistingAsync(IReadOnlyCollection<string> numbers, CancellationToken ct) =>
        await database.ReadAsync((session, token) => StoredNumbers.ExistingAsync(session, numbers, token), ct);
}
