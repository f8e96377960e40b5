using System.Text.Json.Nodes;
using Ocarina.Core.Configuration;
using Xunit;

namespace Ocarina.Tests.Rules;

public sealed class ConfigJsonTests
{
    [Fact]
    public void Members_keep_their_order() =>
        Assert.Equal(["z", "a", "m"], ConfigJson.Parse("""{"z":1,"a":2,"m":3}""").Select(member => member.Key));

    [Theory]
    [InlineData("{\"a\":1,\n \"a\":2}", 2, 2)]
    [InlineData("{\"a\":{\"b\":1,\n\n   \"\\u0062\":2}}", 3, 4)]
    [InlineData("{\"a\":1,}", 1, 8)]
    [InlineData("{\"\u00E9\u00E9\u00E9\":x}", 1, 8)]
    [InlineData("[1]", 1, 1)]
    [InlineData("", 1, 1)]
    [InlineData("{\"a\":1} {", 1, 9)]
    [InlineData("{\"a\":1 // note\n}", 1, 8)]
    [InlineData("null", 1, 1)]
    public void Strict_reading_refuses_with_the_place(string text, int line, int column)
    {
        var broken = Assert.Throws<ConfigJsonException>(() => ConfigJson.Parse(text));

        Assert.Equal((line, column), (broken.Line, broken.Column));
        Assert.StartsWith($"line {line}, column {column}: ", broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_is_bounded()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 100)) + "1" + new string('}', 100);

        Assert.Throws<ConfigJsonException>(() => ConfigJson.Parse(deep));
        Assert.Throws<ConfigJsonException>(() => ConfigJson.ParseManual(deep, out _));
    }

    [Theory]
    [InlineData("{\"a\": [1, 2,], }", "{\"a\":[1,2]}", 2)]
    [InlineData("{ // first\n \"a\": 1 /* one */ }", "{\"a\":1}", 2)]
    [InlineData("{\"a\": [\"x\"\n \"y\" {\"z\":1} [2] 3 true]}", "{\"a\":[\"x\",\"y\",{\"z\":1},[2],3,true]}", 5)]
    [InlineData("{\"a\": 1\n \"b\": 2}", "{\"a\":1,\"b\":2}", 1)]
    [InlineData(" porting_module_name\" : \"wnm_bandwidth\"", "{\"porting_module_name\":\"wnm_bandwidth\"}", 2)]
    [InlineData("{a: knm_local\", \"b.c\": null}", "{\"a\":\"knm_local\",\"b.c\":null}", 2)]
    [InlineData("{\"^\\+?1?(\\d{10})$\": {\"prefix\": \"+1\"}}", "{\"^\\\\+?1?(\\\\d{10})$\":{\"prefix\":\"+1\"}}", 2)]
    [InlineData("\uFEFF{\"a\":\"\\u0041\\n\\/\"}", "{\"a\":\"A\\n/\"}", 0)]
    [InlineData("{\"a\":1.50,\"b\":-2e3}", "{\"a\":1.50,\"b\":-2e3}", 0)]
    [InlineData("{}", "{}", 0)]
    [InlineData("{,}", null, 0)]
    public void What_has_one_reading_is_mended(string text, string? expected, int notes)
    {
        if (expected is null)
        {
            Assert.Throws<ConfigJsonException>(() => ConfigJson.ParseManual(text, out _));
            return;
        }

        var document = ConfigJson.ParseManual(text, out var made);

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), document), document.ToJsonString());
        Assert.True(made.Count == notes, string.Join('\n', made));
    }

    [Theory]
    [InlineData("{\"a\": \"x\n}", 1, 7)]
    [InlineData("{\"a : \"x\"}", 1, 8)]
    [InlineData("{\"a\" \"b\"}", 1, 6)]
    [InlineData("{\"a\": [\"b\"\"c\"]}", 1, 11)]
    [InlineData("{\"a\": nonsense}", 1, 7)]
    [InlineData("{\"a\": 1", 1, 8)]
    [InlineData("{\"a\": 01}", 1, 7)]
    [InlineData("{\"a\": }", 1, 7)]
    [InlineData("{\"a\":1,\n\"b\":2,\n\"a\":3}", 3, 1)]
    [InlineData("{\"a\": \"\\u00g0\"}", 1, 9)]
    [InlineData("/* open", 1, 1)]
    [InlineData("{\"a\":1}}", 1, 8)]
    [InlineData("\"a\": 1\n\n{\"b\":2}", 3, 1)]
    public void What_has_two_readings_is_refused_with_the_place(string text, int line, int column)
    {
        var broken = Assert.Throws<ConfigJsonException>(() => ConfigJson.ParseManual(text, out _));

        Assert.Equal((line, column), (broken.Line, broken.Column));
    }

    [Fact]
    public void The_linter_offers_mended_text_with_its_layout_kept()
    {
        const string Text = "{\n  \"carrier_modules\": [\n    \"knm_local\"   // ours\n    \"knm_voxbone\",\n  ],\n  site_id\" : \"1\"\n}\n";

        var lint = ConfigJson.Lint(Text);

        Assert.Equal("{\n  \"carrier_modules\": [\n    \"knm_local\",   \n    \"knm_voxbone\"\n  ],\n  \"site_id\" : \"1\"\n}\n", lint.RepairedText);
        Assert.Equal(["line 3, column 16", "line 3, column 19", "line 4, column 18", "line 6, column 3"], lint.Notes.Select(note => note.Split(": ")[0]));
        Assert.False(lint.IsClean);
        Assert.True(ConfigJson.Lint(lint.RepairedText!).IsClean);
    }

    [Fact]
    public void The_linter_names_what_it_cannot_mend()
    {
        var lint = ConfigJson.Lint("{\"a\": ?}");

        Assert.Null(lint.RepairedText);
        Assert.Equal(7, lint.Error!.Column);
        Assert.False(lint.IsClean);
    }
}
