namespace Ocarina.Tests.Proof;

/// <summary>Holds what an import answered against what is stored, and both against an import that nobody disturbed.</summary>
internal static class ImportCheck
{
    /// <summary>What is wrong, in words; nothing when all is well.</summary>
    /// <param name="answers">Results that arrived, by number.</param>
    /// <param name="stored">What lies in the table.</param>
    /// <param name="expected">What the whole file makes; a number that is not in it fails.</param>
    public static IReadOnlyList<string> Faults(
        IReadOnlyDictionary<string, string> answers, IReadOnlyDictionary<string, RawNumber> stored, IReadOnlyDictionary<string, RawNumber> expected)
    {
        var faults = new List<string>();
        foreach (var (number, answer) in answers)
        {
            if (answer is "created" or "unchanged" && !stored.ContainsKey(number)) faults.Add($"{number} was answered '{answer}' and is not there");
            if (answer.StartsWith("failed", StringComparison.Ordinal) == expected.ContainsKey(number)) faults.Add($"{number} was answered '{answer}'");
        }

        foreach (var (number, row) in stored)
        {
            if (!expected.TryGetValue(number, out var whole)) faults.Add($"{number} is there and should not be: {row}");
            else if (row != whole) faults.Add($"{number} is {row} instead of {whole}");
        }

        return faults;
    }
}
