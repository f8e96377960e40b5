namespace Ocarina.Storage.Billing;

/// <summary>Lists are priced before they are written, and some of a list may turn out to be somebody else's by then: it is done once more without, so that nobody pays, or goes without, for what he did not get.</summary>
internal static class PricedInVain
{
    // Each repeat needs another loss. Whoever loses all the time is charged as if he had won the rest.
    private const int RepeatsMax = 5;

    /// <summary>Runs a transaction, and once more without what was lost.</summary>
    /// <param name="run">The transaction: what was lost so far, by its place in the list, and whether it may be repeated.</param>
    internal static async Task<T> WithoutAsync<T, TLost>(Func<IReadOnlyDictionary<int, TLost>, bool, Task<T>> run)
    {
        Dictionary<int, TLost> lost = [];
        for (var repeat = 0; ; repeat++)
        {
            try
            {
                return await run(lost, repeat < RepeatsMax);
            }
            catch (LostException<TLost> e)
            {
                foreach (var (place, outcome) in e.Lost) lost[place] = outcome;
            }
        }
    }

    /// <summary>Undoes the transaction.</summary>
    internal static Exception Of<TLost>(IReadOnlyList<(int Place, TLost Outcome)> lost) => new LostException<TLost>(lost);

    private sealed class LostException<TLost>(IReadOnlyList<(int Place, TLost Outcome)> lost) : Exception("Numbers that were priced are somebody else's.")
    {
        internal IReadOnlyList<(int Place, TLost Outcome)> Lost => lost;
    }
}
