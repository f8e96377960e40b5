using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Ocarina.Core.Configuration;
using Ocarina.Core.Normalization;
using Xunit;

namespace Ocarina.Tests.Rules;

public sealed class RulePropertyTests
{
    private static readonly Gen<string> Dialled =
        Gen.Choose(0, 24).SelectMany(length => Gen.ArrayOf(Gen.Elements("0123456789+*#".ToCharArray()), length)).Select(letters => new string(letters));

    private static readonly Gen<string> Prefixed =
        Gen.Elements("", "+", "00", "011", "1", "+1", "001", "01100").SelectMany(prefix => Dialled.Select(rest => prefix + rest));

    private static readonly Arbitrary<string> Numbers = Gen.OneOf(Dialled, Prefixed).ToArbitrary();

    private static readonly Arbitrary<string> ShortNumbers =
        Gen.Choose(0, 8).SelectMany(length => Gen.ArrayOf(Gen.Elements('1', '2'), length)).Select(letters => new string(letters)).ToArbitrary();

    private static readonly Gen<string> Fragment = Gen.Elements(
        "(", ")", "[", "]", "^", "$", "|", "*", "+", "?", "{", "}", "{2}", "{1,3}", "\\", "\\d", "\\w", "\\Q", "\\E", "(?", "(?:", "(?=", "(?<n>", "(?P<n>", "(?P=n)",
        "\\1", "\\k<n>", "\\g{-1}", "\\x", "\\x{2B}", "\\p{L}", "\\p", "[:digit:]", "-", "0", "9", "a", ",", "#", " ", "\\K", "(*", "(?#", "(?i)", "\\c", "\u00E9", "\n");

    private static readonly Arbitrary<string> Expressions =
        Gen.Choose(0, 14).SelectMany(length => Gen.ArrayOf(Fragment, length)).Select(string.Concat).ToArbitrary();

    [Fact]
    public void Normalising_twice_changes_nothing() =>
        Prop.ForAll(Numbers, number => Sets.K.Normalize(Sets.K.Normalize(number)) == Sets.K.Normalize(number))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    [Fact]
    public void A_reconcilable_number_is_a_key_that_reads_to_itself() =>
        Prop.ForAll(Numbers, number =>
            !NumberInput.TryRead(Sets.K, number, out var key, out _)
            || (NumberInput.TryRead(Sets.K, key.ToString(), out var again, out _) && again == key))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    [Fact]
    public void Any_text_is_normalised_classified_and_printed() =>
        Prop.ForAll<string>(text =>
        {
            text ??= "";
            foreach (var rules in new[] { Sets.A, Sets.B, Sets.K, Sets.E })
            {
                _ = rules.Normalize(text);
                _ = rules.Classify(text);
                _ = rules.IsReconcilable(text);
                _ = rules.PrettyPrint(text);
                _ = NumberInput.TryRead(rules, text, out _, out _);
            }

            _ = NumberFormats.ToNpan(text);
            _ = NumberFormats.To1Npan(text);
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void The_hand_written_forms_agree_with_their_expression()
    {
        var expression = new Regex(@"^(\+?1)?([2-9][0-9]{2}[2-9][0-9]{6})$");

        Prop.ForAll(Numbers, number => NumberFormats.ToNpan(number) == (expression.Match(number) is { Success: true } match ? match.Groups[2].Value : number))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    [Fact]
    public void Any_expression_is_prepared_or_refused_and_runs_without_throwing() =>
        Prop.ForAll(Expressions, regex =>
        {
            if (!NumberPattern.TryCreate(regex, out var pattern, out var fault)) return fault.Why.Length > 0;
            foreach (var number in new[] { "", "9", "4158867900", "+14158867900", "a-b\u00E9" })
            {
                _ = pattern.IsMatch(number);
                _ = pattern.TryFindRoot(number, out _);
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    /// <summary>The automaton in front must not hide what backtracking would find, on expressions full of groups.</summary>
    [Fact]
    public void The_automaton_in_front_hides_no_root() =>
        Prop.ForAll(Grouped(3).ToArbitrary(), ShortNumbers, (regex, number) =>
        {
            if (!PatternTranslator.TryTranslate(regex, out var translated, out _)) return true;
            if (!NumberPattern.TryCreate(regex, out var pattern, out _) || pattern.IsBacktracking) return true;

            if (!TryBacktrack(number, translated.Text, out var match)) return true;
            var found = pattern.TryFindRoot(number, out var root);
            if (found != match.Success) return false;
            var last = match.Groups.Cast<Group>().Skip(1).LastOrDefault(group => group.Success);
            return !found || root.SequenceEqual(last is null ? number : last.Value);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(4000));

    /// <summary>Some expressions never end there, <c>^(?:()*?|)$</c> for one; they prove nothing.</summary>
    private static bool TryBacktrack(string number, string regex, out Match match)
    {
        try
        {
            match = Regex.Match(number, regex, RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(200));
            return true;
        }
        catch (RegexMatchTimeoutException)
        {
            match = Match.Empty;
            return false;
        }
    }

    private static Gen<string> Grouped(int depth)
    {
        var atom = Gen.Elements("1", "2", "12", "\\d", ".", "[12]", "");
        if (depth == 0) return atom;
        var part = Grouped(depth - 1);
        return Gen.OneOf(
            atom,
            part.Select(inner => $"({inner})"),
            part.Select(inner => $"(?<n{depth}>{inner})").Where(text => !text[4..].Contains($"<n{depth}>", StringComparison.Ordinal)),
            part.SelectMany(inner => Gen.Elements("*", "+", "?", "*?", "+?", "??").Select(quantifier => $"(?:{inner}){quantifier}")),
            part.SelectMany(inner => Gen.Elements("*", "+", "?", "*?", "{2}").Select(quantifier => $"({inner}){quantifier}")),
            part.SelectMany(left => part.Select(right => left + right)),
            part.SelectMany(left => part.Select(right => $"(?:{left}|{right})")),
            part.SelectMany(left => part.Select(right => $"^{left}$|^{right}$")));
    }

    [Fact]
    public void Any_text_is_read_as_a_document_or_refused_with_its_place() =>
        Prop.ForAll(Gen.ArrayOf(Gen.Elements("{", "}", "[", "]", "\"", ":", ",", "a", "1", "-", "true", "null", " ", "\n", "//", "/*", "\\", "\\u00", "\"k\"", "\"k\":", "\uFEFF", ".")).Select(string.Concat).ToArbitrary(), text =>
        {
            try
            {
                ConfigJson.ParseManual(text, out _);
                return System.Text.Json.Nodes.JsonNode.DeepEquals(ConfigJson.Parse(ConfigJson.Lint(text).RepairedText!), ConfigJson.ParseManual(text, out _));
            }
            catch (ConfigJsonException broken)
            {
                return broken.Line >= 1 && broken.Column >= 1;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
}
