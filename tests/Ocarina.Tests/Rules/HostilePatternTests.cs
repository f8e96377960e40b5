using System.Diagnostics;
using System.Text.Json.Nodes;
using Ocarina.Core.Configuration;
using Ocarina.Core.Normalization;
using Xunit;

namespace Ocarina.Tests.Rules;

/// <summary>No expression may hang a process (design.md 8). The bounds are wide, so that a busy machine does not break the tests; the
/// expressions would take from minutes to the age of the universe.</summary>
public sealed class HostilePatternTests
{
    private static readonly TimeSpan PrepareBound = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan RunBound = TimeSpan.FromSeconds(10);

    private static readonly string[] Numbers =
    [
        new('1', 64), new string('1', 63) + "!", new('a', 64), new string('a', 63) + "!", "+" + new string('1', 63), string.Concat(Enumerable.Repeat("12", 32)),
        string.Concat(Enumerable.Repeat("1a", 32)), new string('1', 1_000_000), new('(', 64), new('x', 64),
    ];

    [Theory]
    [InlineData(@"^(\d+)+$x")]
    [InlineData(@"^(\d+)+x$")]
    [InlineData(@"(a*)*b")]
    [InlineData(@"(a|a)*b")]
    [InlineData(@"(a|aa)+$")]
    [InlineData(@"(\d*)*(\d*)*(\d*)*x")]
    [InlineData(@"(?=(\d+)+x)1")]
    [InlineData(@"(?=(a*)*b)a")]
    [InlineData(@"^(?!(\d+)+x)(\d+)+y$")]
    [InlineData(@"(\d+)+\1x")]
    [InlineData(@"^(?:(\d)\1?)+x$")]
    [InlineData(@"([0-9]{1,60}|[a-z]{1,60}){1,60}x")]
    [InlineData(@"(([0-9]{1,50})*)*x")]
    [InlineData(@"((([0-9]{1,50})*)*)*x")]
    [InlineData(@"(a{1000}){1000}")]
    [InlineData(@"((a{100}){100}){100}")]
    [InlineData(@"(a?){60}a{60}")]
    [InlineData(@".*.*.*.*.*.*.*.*.*.*x")]
    [InlineData(@"(.*?,){30}P")]
    [InlineData(@"(\w+\s?)+$!")]
    public void An_expression_that_explodes_is_bounded_whatever_it_is_used_for(string regex)
    {
        var section = new JsonObject
        {
            ["e164_converters"] = new JsonObject { [regex] = new JsonObject { ["prefix"] = "+" }, ["^(100)$"] = new JsonObject { ["prefix"] = "ok" } },
            ["classifiers"] = new JsonObject { ["slow"] = regex, ["rest"] = "^.*$" },
            ["reconcile_regex"] = regex,
        };

        var prepared = Stopwatch.StartNew();
        var rules = NumberRules.Prepare(section, new JsonObject { [regex] = new JsonObject() }, null);
        Assert.True(prepared.Elapsed < PrepareBound, $"prepared in {prepared.Elapsed}");

        var ran = Stopwatch.StartNew();
        for (var round = 0; round < 5; round++)
            foreach (var number in Numbers)
            {
                rules.Normalize(number);
                rules.Classify(number);
                rules.IsReconcilable(number);
                rules.PrettyPrint(number);
            }

        Assert.True(ran.Elapsed < RunBound, $"ran {ran.Elapsed}");
        Assert.Equal("ok100", rules.Normalize("100"));
    }

    [Fact]
    public void A_slow_expression_is_refused_on_save_and_left_out_at_run_time_with_a_warning()
    {
        var section = ConfigJson.Parse("""{"e164_converters":{"(?=(\\d+)+x)(1)":{"prefix":"+"}}}""");

        var problem = Assert.Single(ConfigSchemas.Validate("number_manager", section));
        var warning = Assert.Single(NumberRules.Prepare(section, null, null).Warnings);

        Assert.False(problem.IsWarning);
        Assert.Contains("too long", problem.Message, StringComparison.Ordinal);
        Assert.True(warning.IsWarning);
        Assert.Equal(problem.Path, warning.Path);
    }

    [Fact]
    public void An_expression_that_runs_out_of_time_a_few_times_is_switched_off()
    {
        // Quick on the probes, slow on what follows the key word.
        Assert.True(NumberPattern.TryCreate(@"^xyzzy(?=(\d|\d\d)+q)", out var pattern, out _));
        Assert.True(pattern.IsBacktracking);
        Assert.True(pattern.IsQuick());
        var slow = "xyzzy" + new string('1', 59);

        for (var strike = 1; strike <= NumberPattern.StrikesMax; strike++)
        {
            Assert.False(pattern.IsDisabled);
            Assert.False(pattern.IsMatch(slow));
        }

        Assert.True(pattern.IsDisabled);
        Assert.False(pattern.IsMatch("xyzzy1q")); // it would match, were it still on
    }

    [Fact]
    public void A_rule_that_was_switched_off_is_named_in_the_warnings()
    {
        var rules = Sets.From("""{"e164_converters":{"^plugh(?=(\\d|\\d\\d)+q)(1)":{"prefix":"+"}}}""");
        Assert.Empty(rules.Warnings);

        for (var strike = 0; strike < NumberPattern.StrikesMax; strike++) rules.Normalize("plugh" + new string('1', 59));

        Assert.Contains("switched off", Assert.Single(rules.Warnings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_so_many_expressions_of_a_document_may_run_by_backtracking()
    {
        var converters = new JsonObject();
        for (var i = 0; i < PatternBudget.BacktrackingMax + 1; i++) converters[$"^(?=9){i}(\\d)$"] = new JsonObject();

        var warning = Assert.Single(NumberRules.Prepare(new JsonObject { ["e164_converters"] = converters }, null, null).Warnings);

        Assert.Contains("more than 16", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_so_many_rules_are_taken()
    {
        var converters = new JsonObject();
        for (var i = 0; i < RuleSetReader.RulesMax + 1; i++) converters[$"^{i}$"] = new JsonObject { ["prefix"] = "x" };

        var rules = NumberRules.Prepare(new JsonObject { ["e164_converters"] = converters }, null, null);

        Assert.Equal("x499", rules.Normalize("499"));
        Assert.Equal("500", rules.Normalize("500"));
        Assert.Equal("maxItems", Assert.Single(rules.Warnings).Kind);
    }

    [Fact]
    public void An_expression_of_several_accounts_is_prepared_once()
    {
        Assert.True(NumberPatterns.TryGet("^(4711\\d*)$", new PatternBudget(), out var first, out _));
        Assert.True(NumberPatterns.TryGet("^(4711\\d*)$", new PatternBudget(), out var second, out _));

        Assert.Same(first, second);
        GC.KeepAlive(first);
    }
}
