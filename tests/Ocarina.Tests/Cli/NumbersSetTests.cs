using Xunit;

namespace Ocarina.Tests.Cli;

public sealed class NumbersSetTests
{
    private static readonly string Number = ServerStub.Numbers("/%2B14155550101");

    [Theory]
    [InlineData("cnam.display_name", "Acme Sales", """{"cnam":{"display_name":"Acme Sales"}}""")]
    [InlineData("e911", """{"street_address":"1 Market St"}""", """{"e911":{"street_address":"1 Market St"}}""")]
    [InlineData("e911", "null", """{"e911":null}""")]
    [InlineData("crm%2Eref", "0123", """{"crm.ref":"0123"}""")]
    public async Task One_field_is_merged(string field, string value, string patch)
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("PATCH", Number, """{"id":"+14155550101","state":"in_service","features":["outbound_cnam"]}""");

        var result = await cli.RunAsync("numbers", "set", "+14155550101", field, value);

        Assert.Equal(new CliResult(0, "number    +14155550101\nstate     in_service\nfeatures  outbound_cnam\n", ""), result);
        Assert.Equal($$"""PATCH {{Number}} {"data":{{patch}}}""", stub.Calls.Single().ToString());
    }

    [Fact]
    public async Task What_a_provider_has_still_to_do_ends_with_5_and_names_the_order()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("PATCH", Number, """{"id":"+14155550101","state":"in_service","features":[],"_read_only":{"order":{"id":"01A","state":"pending"}}}""", 202);

        var result = await cli.RunAsync("numbers", "set", "+14155550101", "e911", "{}");

        Assert.Equal((5, "+14155550101 changes when its provider has answered. See: ocarina orders show 01A\n"), (result.Code, result.Error));
    }

    [Fact]
    public async Task An_address_that_means_several_is_refused_with_all_of_them()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Fail("PATCH", Number, 400, "multiple_choice", """{"multiple_choice":{"e911":{"message":"more than one address found","details":[{"street_address":"7 BLAKE ST"},{"street_address":"7 BLAKE AVE"}]}}}""");

        var result = await cli.RunAsync("numbers", "set", "+14155550101", "e911", """{"street_address":"7 Blake"}""");

        Assert.Equal(
            new CliResult(3, "", "ocarina: multiple_choice\n  multiple_choice: more than one address found\n  Send one of these in its place:\n    {\"street_address\":\"7 BLAKE ST\"}\n    {\"street_address\":\"7 BLAKE AVE\"}\n"),
            result);
    }

    [Fact]
    public async Task What_costs_something_needs_an_agreement()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Fail("PATCH", Number, 402, "accept charges", """[{"items":[],"summary":{"today":5,"recurring":1}}]""").Ok("PATCH", Number, """{"id":"+14155550101","state":"in_service"}""");

        var refused = await cli.RunAsync("numbers", "set", "+14155550101", "e911", "{}");
        var accepted = await cli.RunAsync("numbers", "set", "+14155550101", "e911", "{}", "--accept-charges");

        Assert.Equal((3, 0), (refused.Code, accepted.Code));
        Assert.Contains("In all: 5.00 today", refused.Error, StringComparison.Ordinal);
        Assert.EndsWith("\"accept_charges\":true}", stub.Calls[^1].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_with_a_hole_is_refused_before_anything_is_sent()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);

        var result = await cli.RunAsync("numbers", "set", "+14155550101", "cnam..display_name", "x");

        Assert.Equal(new CliResult(1, "", "ocarina: 'cnam..display_name' is not a path: a name in it is empty.\n"), result);
    }
}
