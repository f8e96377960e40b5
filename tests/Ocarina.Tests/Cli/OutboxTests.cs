using Xunit;

namespace Ocarina.Tests.Cli;

/// <summary><c>ocarina outbox</c>.</summary>
public sealed class OutboxTests
{
    private const string Id = "01JD0000000000000000000001-1";

    private const string Dead = $$"""
        {"id":"{{Id}}","message_id":"01JD0000000000000000000001","kind":"cnam_request","number":"+13035550142","receiver":"mailto:ops@example.com","state":"dead","attempts":2,"error":"no such box","created":63934444800}
        """;

    [Fact]
    public async Task What_was_given_up_is_listed()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("GET", "/v2/outbox?state=dead&page_size=500", $"[{Dead}]");

        var text = await cli.RunAsync("outbox", "list", "--state", "dead");

        Assert.Equal(0, text.Code);
        Assert.Contains(Id, text.Out, StringComparison.Ordinal);
        Assert.Contains("mailto:ops@example.com", text.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_is_shown_and_sent_again()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("GET", $"/v2/outbox/{Id}", Dead);
        stub.Ok("POST", $"/v2/outbox/{Id}/repeat", Dead.Replace("\"dead\"", "\"waiting\"", StringComparison.Ordinal));

        Assert.Contains("no such box", (await cli.RunAsync("outbox", "show", Id)).Out, StringComparison.Ordinal);
        Assert.Contains("waiting", (await cli.RunAsync("outbox", "repeat", Id)).Out, StringComparison.Ordinal);
        Assert.Contains("\"state\":\"waiting\"", (await cli.RunAsync("outbox", "repeat", Id, "--json")).Out, StringComparison.Ordinal);
    }
}
