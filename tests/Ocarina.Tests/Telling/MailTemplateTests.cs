using System.Text.Json.Nodes;
using Ocarina.Core.Configuration;
using Ocarina.Core.Telling;
using Xunit;

namespace Ocarina.Tests.Telling;

public sealed class MailTemplateTests
{
    [Theory]
    [InlineData("{{name}} and {{account.name}}", "Zoë <b> and ACME")]
    [InlineData("{{#lines}}{{name}}={{value}};{{/lines}}", "a=1;b=2;")]
    [InlineData("{{#local}}local{{/local}}{{^local}}far{{/local}}", "far")]
    [InlineData("{{#comment}}<{{.}}>{{/comment}}{{^missing}}none{{/missing}}{{missing}}", "<hello>none")]
    [InlineData("{{#lines}}{{account.name}} {{/lines}}", "ACME ACME ")]
    public void A_template_is_filled(string template, string expected) => Assert.Equal(expected, Render(template, isHtml: false));

    [Fact]
    public void What_is_filled_into_html_is_escaped_and_the_template_itself_is_not() =>
        Assert.Equal("<b>Zo&#235; &lt;b&gt;</b>", Render("<b>{{name}}</b>", isHtml: true));

    [Theory]
    [InlineData("a\n{{#open}}b", "'open' is not closed (line 2)")]
    [InlineData("{{/open}}", "'open' is closed but not open (line 1)")]
    [InlineData("{{#a}}{{#b}}{{/a}}{{/b}}", "'a' is closed but not open (line 1)")]
    [InlineData("x {{name", "{{ is not closed (line 1)")]
    [InlineData("{{{name}}}", "'{name' is no place to fill (line 1)")]
    [InlineData("{{> other}}", "'> other' is no place to fill (line 1)")]
    public void What_is_wrong_is_said_with_its_line(string template, string fault) => Assert.Equal(fault, MailTemplate.TryParse(template, out _));

    [Fact]
    public void Loops_in_loops_end_without_a_text()
    {
        var model = new JsonObject { ["l"] = new JsonArray([.. Enumerable.Range(0, 100).Select(i => (JsonNode)i)]) };
        var deep = string.Concat(Enumerable.Repeat("{{#l}}", 12)) + string.Concat(Enumerable.Repeat("{{/l}}", 12));

        Assert.Null(MailTemplate.TryParse(deep, out var template));
        Assert.Null(template?.Render(model, isHtml: false));
        Assert.NotNull(MailTemplate.TryParse(string.Concat(Enumerable.Repeat("{{#l}}", 17)), out _));
        Assert.NotNull(MailTemplate.TryParse(new string('x', MailTemplate.LengthMax + 1), out _));
        Assert.NotNull(MailTemplate.TryParse($"{{{{{string.Concat(Enumerable.Repeat("a.", 200))}a}}}}", out _));
    }

    [Fact]
    public void A_document_with_a_broken_template_or_address_is_refused_with_its_place()
    {
        var section = new JsonObject
        {
            ["to"] = new JsonArray("ops@example.com", "a@b.example\r\nBcc: c@d.example"),
            ["templates"] = new JsonObject { ["fr"] = new JsonObject { ["text"] = "{{#x}}" } },
        };

        var problems = ConfigSchemas.Validate("notifications.cnam_request", section);

        Assert.Equal(["to", "templates"], problems.Select(problem => problem.Path));
        Assert.Contains("'fr.text': 'x' is not closed (line 1)", problems[1].Message, StringComparison.Ordinal);
        Assert.Single(ConfigSchemas.Validate("webhooks", new JsonObject { ["allowed_networks"] = new JsonArray("10.0.0.0/8", "all") }));
    }

    private static string? Render(string text, bool isHtml)
    {
        Assert.Null(MailTemplate.TryParse(text, out var template));
        return template?.Render(new JsonObject
        {
            ["name"] = "Zoë <b>", ["account"] = new JsonObject { ["name"] = "ACME" }, ["local"] = false, ["comment"] = "hello",
            ["lines"] = new JsonArray(new JsonObject { ["name"] = "a", ["value"] = 1 }, new JsonObject { ["name"] = "b", ["value"] = "2" }),
        }, isHtml);
    }
}
