using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ocarina.Core.Configuration;

namespace Ocarina.Core.Features;

/// <summary>What the addresses of each country look like: postal codes and regions, from data (<c>eng/addresses.sh</c>). Which address exists is the provider's to say.</summary>
internal static class AddressRules
{
    private const string Resource = "addresses.json";
    private const int RegionLength = 2; // of both countries that an address without a country may be in

    // An address that names no country is in one of these: their postal codes tell them apart.
    private static readonly string[] Home = ["US", "CA"];

    private static readonly Lazy<FrozenDictionary<string, Rule>> Countries = new(Read);

    /// <summary>Names what is wrong with an address: its country, postal code and region.</summary>
    internal static void Check(string path, JsonObject address, List<ConfigProblem> problems)
    {
        var (country, postalCode, region) = (TextOf(address, "country")?.ToUpperInvariant(), TextOf(address, "postal_code"), TextOf(address, "region"));
        if (country is not null && !Countries.Value.ContainsKey(country))
        {
            problems.Add(ConfigProblems.Enum($"{path}.country", [.. Countries.Value.Keys.Order(StringComparer.Ordinal)], country));
            return;
        }

        var rule = Countries.Value[country ?? Array.Find(Home, name => Countries.Value[name].Fits(postalCode)) ?? Home[0]];
        if (postalCode is null)
        {
            if (rule.PostalCode is not null) problems.Add(ConfigProblems.Required($"{path}.postal_code"));
        }
        else if (!rule.Fits(postalCode))
        {
            problems.Add(new ConfigProblem($"{path}.postal_code", "pattern", $"Failed to match pattern '{rule.PostalCode}'", rule.PostalCode, postalCode));
        }

        CheckRegion($"{path}.region", region, country is null, rule, problems);
    }

    /// <summary>True when a text holds only characters that can be seen or are blanks, whole ones.</summary>
    internal static bool IsPlain(string text) => text.EnumerateRunes().All(rune => rune.Value != Rune.ReplacementChar.Value && !Rune.IsControl(rune));

    /// <summary>The text without what <see cref="IsPlain"/> forbids.</summary>
    internal static string Readable(string text) => string.Concat(text.EnumerateRunes().Select(rune => Rune.IsControl(rune) ? Rune.ReplacementChar : rune));

    private static void CheckRegion(string path, string? region, bool isHome, Rule rule, List<ConfigProblem> problems)
    {
        if (region is null)
        {
            if (!rule.Regions.IsEmpty) problems.Add(ConfigProblems.Required(path));
        }
        else if (isHome && region.Length < RegionLength)
        {
            problems.Add(ConfigProblems.MinLength(path, RegionLength, region));
        }
        else if (isHome && region.Length > RegionLength)
        {
            problems.Add(ConfigProblems.MaxLength(path, RegionLength, region));
        }
        else if (!rule.Regions.IsEmpty && !rule.Regions.Contains(region, StringComparer.OrdinalIgnoreCase))
        {
            problems.Add(ConfigProblems.Enum(path, [.. rule.Regions], region));
        }
    }

    private static string? TextOf(JsonObject address, string name) =>
        address[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Trim() is { Length: > 0 } trimmed ? trimmed : null;

    private static FrozenDictionary<string, Rule> Read()
    {
        using var stream = typeof(AddressRules).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The assembly was built without {Resource}.");
        var json = JsonNode.Parse(stream)!.AsObject(); // made by a script, and an object
        return json.ToFrozenDictionary(
            country => country.Key,
            country => new Rule((string?)country.Value?["postal_code"], [.. (country.Value?["regions"]?.AsArray() ?? []).Select(region => (string)region!)]), // texts only
            StringComparer.Ordinal);
    }

    private sealed class Rule(string? postalCode, ImmutableArray<string> regions)
    {
        // Of the few countries that are ever asked for. The expression takes time in proportion to the text, whatever both are.
        private readonly Lazy<Regex?> _form = new(() => postalCode is null ? null
            : new Regex($@"\A(?:{postalCode})\z", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant));

        public string? PostalCode => postalCode;

        public ImmutableArray<string> Regions => regions;

        public bool Fits(string? code) => _form.Value is not { } form || (code is not null && form.IsMatch(code));
    }
}
