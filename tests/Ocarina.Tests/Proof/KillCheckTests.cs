using System.Text.Json.Nodes;
using Xunit;

namespace Ocarina.Tests.Proof;

/// <summary>The controls of the kill tests: each thing that must not happen, made up, is seen.</summary>
public sealed class KillCheckTests
{
    private static readonly RawNumber ForSale = new("available", null, 1, "");

    [Fact]
    public void What_was_answered_and_kept_and_what_was_asked_and_never_answered_is_no_fault() => Assert.Empty(Faults(
        [Told("alice", "1"), Asked("bob", "2"), Asked("carol", "3"), ToldNothing("dave", "1"), new Purchase("erin", [], 2, null)],
        ("1", Of("alice")), ("2", Of("bob")), ("3", ForSale), ("4", Of("erin")), ("5", Of("erin"))));

    [Fact]
    public void An_answer_that_was_not_written_is_seen() => Assert.Single(Faults([Told("alice", "1")], ("1", ForSale)));

    [Fact]
    public void An_answered_number_that_is_gone_is_seen() => Assert.Single(Faults([Told("alice", "1")]));

    [Fact]
    public void An_answered_number_that_another_one_has_is_seen() => Assert.Single(Faults([Told("alice", "1"), Asked("bob", "1")], ("1", Of("bob"))));

    [Fact]
    public void A_number_answered_to_two_is_seen() => Assert.NotEmpty(Faults([Told("alice", "1"), Told("bob", "1")], ("1", Of("alice"))));

    [Fact]
    public void A_number_of_somebody_who_never_asked_is_seen() => Assert.Single(Faults([Asked("bob", "2")], ("1", Of("bob")), ("2", ForSale)).Skip(0), fault => fault.StartsWith('1'));

    [Fact]
    public void A_number_of_somebody_who_was_told_no_is_seen() => Assert.Single(Faults([ToldNothing("bob", "1")], ("1", Of("bob"))));

    [Fact]
    public void A_number_in_a_state_between_is_seen() => Assert.Single(Faults([Asked("bob", "1")], ("1", new RawNumber("in_service", null, 2, ""))));

    [Fact]
    public void A_row_written_without_its_revision_is_seen() => Assert.Single(Faults([Asked("bob", "1")], ("1", new RawNumber("in_service", "bob", 1, ""))));

    [Fact]
    public void A_part_of_a_list_is_seen() =>
        Assert.Single(Faults([new Purchase("bob", ["1", "2"], 2, null)], ("1", Of("bob")), ("2", ForSale)));

    [Fact]
    public void More_than_was_asked_for_is_seen() =>
        Assert.Single(Faults([new Purchase("bob", [], 1, null)], ("1", Of("bob")), ("2", Of("bob"))));

    [Fact]
    public void An_imported_row_that_was_answered_and_is_not_there_is_seen()
    {
        var expected = new Dictionary<string, RawNumber> { ["1"] = ForSale, ["2"] = Of("alice") };
        var stored = new Dictionary<string, RawNumber> { ["1"] = ForSale };
        Assert.Single(ImportCheck.Faults(new Dictionary<string, string> { ["1"] = "created", ["2"] = "created" }, stored, expected));
        Assert.Empty(ImportCheck.Faults(new Dictionary<string, string> { ["1"] = "created" }, stored, expected));
    }

    [Fact]
    public void An_imported_row_that_is_not_whole_is_seen()
    {
        var expected = new Dictionary<string, RawNumber> { ["1"] = Of("alice") };
        Assert.Single(ImportCheck.Faults(new Dictionary<string, string>(), new Dictionary<string, RawNumber> { ["1"] = Of("alice") with { Rest = "half" } }, expected));
        Assert.Single(ImportCheck.Faults(new Dictionary<string, string>(), new Dictionary<string, RawNumber> { ["9"] = ForSale }, expected));
        Assert.Single(ImportCheck.Faults(new Dictionary<string, string> { ["1"] = "failed: x" }, new Dictionary<string, RawNumber>(), expected));
    }

    private static IReadOnlyList<string> Faults(Purchase[] purchases, params (string Number, RawNumber Row)[] rows) =>
        PurchaseCheck.Faults(purchases, rows.ToDictionary(row => row.Number, row => row.Row));

    private static RawNumber Of(string account) => new("in_service", account, 2, "");

    private static Purchase Told(string buyer, string number) => new(buyer, [number], 1, new Dictionary<string, JsonNode> { [number] = new JsonObject() });

    private static Purchase ToldNothing(string buyer, string number) => new(buyer, [number], 1, new Dictionary<string, JsonNode>());

    private static Purchase Asked(string buyer, string number) => new(buyer, [number], 1, null);
}
