using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ocarina.Server.Crossbar.Validation;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Server;

/// <summary>`http-api.md` 1.11: every kind of problem with its message, coercion, defaults.</summary>
public sealed class DocumentRulesTests
{
    private static readonly DocumentRules Rules = new()
    {
        ["name"] = FieldRule.Text(2, 5).Required(),
        ["count"] = FieldRule.Integer(1, 9).OrElse(3),
        ["on"] = FieldRule.Flag(),
        ["rate"] = FieldRule.Number(),
        ["state"] = FieldRule.Choice("a", "b"),
        ["code"] = FieldRule.Matching(new Regex("^[0-9]+$")),
        ["tags"] = FieldRule.List(FieldRule.Text(), 1, 2) with { IsSet = true },
        ["e911"] = FieldRule.Object(new() { ["region"] = FieldRule.Text(2, 2).Required() }),
        ["strict"] = FieldRule.Object(new() { IsStrict = true, ["a.b"] = FieldRule.Text(1) }),
    };

    [Theory]
    [InlineData("""{"name":"abc","other":[1]}""", "{}")]
    [InlineData("{}", """{"name":{"required":{"message":"Field is required but missing"}}}""")]
    [InlineData("""{"name":"a"}""", """{"name":{"minLength":{"message":"String must be at least 2 characters","target":2}}}""")]
    [InlineData("""{"name":"abcdef"}""", """{"name":{"maxLength":{"message":"String must not be more than 5 characters","target":5,"value":"abcdef","cause":"abcdef"}}}""")]
    [InlineData("""{"name":"abc","count":0}""", """{"count":{"minimum":{"message":"Value must be at least 1","target":1}}}""")]
    [InlineData("""{"name":"abc","count":10}""", """{"count":{"maximum":{"message":"Value must be at most 9","target":9}}}""")]
    [InlineData("""{"name":"abc","count":1.5}""", """{"count":{"type":{"message":"Value did not match type(s): integer","target":"integer"}}}""")]
    [InlineData("""{"name":"abc","tags":"x"}""", """{"tags":{"type":{"message":"Value did not match type(s): array","target":"array"}}}""")]
    [InlineData("""{"name":"abc","tags":[]}""", """{"tags":{"minItems":{"message":"The list must have at least 1 items","target":1}}}""")]
    [InlineData("""{"name":"abc","tags":["a","b","c"]}""", """{"tags":{"maxItems":{"message":"The list is more than 2 items","target":2}}}""")]
    [InlineData("""{"name":"abc","tags":["a","a"]}""", """{"tags":{"uniqueItems":{"message":"List of items is not unique"}}}""")]
    [InlineData("""{"name":"abc","tags":[{}]}""", """{"tags.0":{"type":{"message":"Value did not match type(s): string","target":"string"}}}""")]
    [InlineData("""{"name":"abc","state":"c"}""", """{"state":{"enum":{"message":"Value not found in enumerated list of values","target":["a","b"],"value":"c"}}}""")]
    [InlineData("""{"name":"abc","code":"x1"}""", """{"code":{"pattern":{"message":"Failed to match pattern '^[0-9]+$'","target":"^[0-9]+$","value":"x1"}}}""")]
    [InlineData("""{"name":"abc","e911":{"region":"California"}}""", """{"e911.region":{"maxLength":{"message":"String must not be more than 2 characters","target":2,"value":"California","cause":"California"}}}""")]
    [InlineData("""{"name":"abc","e911":{}}""", """{"e911.region":{"required":{"message":"Field is required but missing"}}}""")]
    [InlineData("""{"name":"abc","strict":{"a.b":"","c":1}}""", """{"strict.a%2Eb":{"minLength":{"message":"String must be at least 1 characters","target":1}},"strict.c":{"additionalProperties":{"message":"Strict checking of data is enabled; only include schema-defined properties"}}}""")]
    [InlineData("""{"name":null,"on":"maybe"}""", """{"name":{"type":{"message":"Value did not match type(s): string","target":"string"}},"on":{"type":{"message":"Value did not match type(s): boolean","target":"boolean"}}}""")]
    public void Problems_are_told_by_path_and_kind(string document, string expected) =>
        Reply.AssertJson(expected, FieldProblem.ToMap(Rules.Check(JsonNode.Parse(document)!.AsObject(), fillDefaults: false)));

    [Fact]
    public void Scalars_of_a_near_kind_are_turned_into_the_right_one()
    {
        var document = JsonNode.Parse("""{"name":12345,"count":"5","on":"true","rate":"1.5","tags":[7]}""")!.AsObject();

        Assert.Empty(Rules.Check(document, fillDefaults: false));

        Reply.AssertJson("""{"name":"12345","count":5,"on":true,"rate":1.5,"tags":["7"]}""", document);
    }

    [Fact]
    public void Defaults_are_filled_in_when_asked_for()
    {
        var document = JsonNode.Parse("""{"name":"abc"}""")!.AsObject();

        Assert.Empty(Rules.Check(document, fillDefaults: false));
        Assert.False(document.ContainsKey("count"));

        Assert.Empty(Rules.Check(document, fillDefaults: true));
        Assert.Equal(3, document["count"]!.GetValue<int>());
    }

    [Fact]
    public void Characters_are_counted_as_people_count_them()
    {
        var document = new JsonObject { ["name"] = "\U0001F4DE\U0001F4DE\U0001F4DE\U0001F4DE\U0001F4DE" };

        Assert.Empty(Rules.Check(document, fillDefaults: false));
    }
}
