using System.Collections.Immutable;
using System.Globalization;
using Ocarina.Core.Normalization;
using Ocarina.Manager.Operations;
using Ocarina.Manager.Search;
using Ocarina.Server.Crossbar.Validation;

namespace Ocarina.Server.Crossbar.PhoneNumbers;

/// <summary>Reads the parameters of a search (`http-api.md` 2.4), all problems at once.</summary>
internal static class NumberSearchInput
{
    private const int BlockSizeMax = 1000;
    private const int OptionLengthMax = 100;

    // What a carrier may understand; one that does not leaves it aside.
    private static readonly string[] Options = ["city", "lata", "locality", "number_type", "pattern", "rate_center", "state", "zip"];

    /// <returns>The reply to bad parameters, or <see langword="null"/>.</returns>
    public static IResult? Read(CrossbarRequest request, string? typed, NumberDesk desk, out NumberSearch search)
    {
        var problems = new List<FieldProblem>();
        var prefix = SearchPrefix.Clean(typed ?? "");
        if (typed is null) problems.Add(FieldProblem.Required("prefix"));
        else if (prefix.Length < SearchPrefix.LengthMin) problems.Add(FieldProblem.MinLength("prefix", SearchPrefix.LengthMin));
        // The country code of a prefix in full form is not counted.
        else if (prefix.Length > (prefix.StartsWith('+') ? 16 : SearchPrefix.LengthMax + 1)) problems.Add(FieldProblem.MaxLength("prefix", SearchPrefix.LengthMax, typed));
        else if (!SearchPrefix.IsSearchable(prefix)) problems.Add(FieldProblem.Pattern("prefix", "^\\+?[0-9]+$", typed));

        var quantity = ReadCount(request, "quantity", 1, 1, problems);
        var offset = ReadCount(request, "offset", 0, 0, problems);
        int? blocks = request.Parameter("blocks") is null or "" ? null : ReadCount(request, "blocks", 2, 2, problems);
        if (blocks > BlockSizeMax) problems.Add(FieldProblem.Maximum("blocks", BlockSizeMax));
        var country = request.Parameter("country") is { Length: > 0 } named ? named.ToUpperInvariant() : "US";
        if (country.Length != 2) problems.Add(country.Length < 2 ? FieldProblem.MinLength("country", 2) : FieldProblem.MaxLength("country", 2, country));
        else if (!CountryCodes.TryGetPrefix(country, out _)) problems.Add(FieldProblem.Invalid("country", "Unknown country", country));

        search = new NumberSearch(prefix, Math.Min(quantity, desk.SearchQuantityMax), offset, country, blocks)
        {
            IsTollfree = request.Flag("tollfree"), Options = ReadOptions(request, problems),
        };
        return problems.Count > 0 ? CrossbarResults.Validation(problems) : null;
    }

    private static ImmutableSortedDictionary<string, string> ReadOptions(CrossbarRequest request, List<FieldProblem> problems)
    {
        var options = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var name in Options)
        {
            if (request.Query(name)?.Trim() is not { Length: > 0 } text) continue;
            if (text.Length > OptionLengthMax) problems.Add(FieldProblem.MaxLength(name, OptionLengthMax, text));
            else options[name] = text;
        }

        return options.ToImmutable();
    }

    private static int ReadCount(CrossbarRequest request, string name, int preset, int least, List<FieldProblem> problems)
    {
        if (request.Parameter(name) is not { Length: > 0 } text) return preset;
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)) problems.Add(FieldProblem.Type(name, "integer"));
        else if (value < least) problems.Add(FieldProblem.Minimum(name, least));
        else return (int)Math.Min(value, int.MaxValue);
        return preset;
    }
}
