using Xunit;

namespace Ocarina.Tests.Cli;

public sealed class ConfigTests
{
    private const string Document = "/v2/system_configs/number_manager";
    private const string Stored = """{"id":"number_manager","default":{"b":1,"a":"+1"}}""";

    [Fact]
    public async Task Get_prints_the_document_in_its_own_order()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("GET", Document, Stored);

        var people = await cli.RunAsync("config", "get", "number_manager");
        var program = await cli.RunAsync("config", "get", "number_manager", "--json");

        Assert.Equal(
            """
            {
              "id": "number_manager",
              "default": {
                "b": 1,
                "a": "+1"
              }
            }

            """,
            people.Out);
        Assert.Equal(Stored + "\n", program.Out);
    }

    [Fact]
    public async Task Get_asks_for_one_section_or_for_an_accounts_view()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        var account = $"/v2/accounts/{ServerStub.Account}/configs/number_manager";
        stub.Ok("GET", Document + "/zone-west?with_defaults=true", """{"id":"number_manager/zone-west"}""").Ok("GET", account, """{"id":"configs_number_manager"}""");

        var section = await cli.RunAsync("config", "get", "number_manager", "--section", "zone-west", "--with-defaults", "--json");
        var view = await cli.RunAsync("config", "get", "number_manager", "--account", ServerStub.Account, "--json");
        var both = await cli.RunAsync("config", "get", "number_manager", "--account", ServerStub.Account, "--section", "x");

        Assert.Equal("""{"id":"number_manager/zone-west"}""" + "\n", section.Out);
        Assert.Equal("""{"id":"configs_number_manager"}""" + "\n", view.Out);
        Assert.Equal(new CliResult(1, "", "ocarina: Documents of an account have no sections; leave --section out.\n"), both);
    }

    [Theory]
    [InlineData("should_age", "true", """{"default":{"should_age":true}}""")]
    [InlineData("features.allow", """["cnam","e911"]""", """{"default":{"features":{"allow":["cnam","e911"]}}}""")]
    [InlineData("released_state", "available", """{"default":{"released_state":"available"}}""")]
    [InlineData("old_key", "null", """{"default":{"old_key":null}}""")]
    [InlineData("hosts.a%2Eb", "-1", """{"default":{"hosts":{"a.b":-1}}}""")]
    [InlineData("reconcile_regex", "^\\+1", """{"default":{"reconcile_regex":"^\\+1"}}""")]
    [InlineData("note", "@file", """{"default":{"note":"@file"}}""")]
    public async Task Set_sends_the_one_key_and_nothing_else(string key, string value, string patch)
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("PATCH", Document, Stored);

        var result = await cli.RunAsync("config", "set", "number_manager", key, value);

        Assert.Equal(new CliResult(0, "", $"Changed {key} of number_manager.\n"), result);
        Assert.Equal("PATCH " + Document + " {\"data\":" + patch + "}", stub.Calls.Single().ToString());
    }

    [Fact]
    public async Task Set_knows_sections_text_force_and_accounts()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        var account = $"/v2/accounts/{ServerStub.Account}/configs/number_manager";
        stub.Ok("PATCH", Document + "?force=true", Stored).Ok("PATCH", account, """{"id":"configs_number_manager"}""");

        var system = await cli.RunAsync("config", "set", "number_manager", "k", "12", "--section", "zone-west", "--text", "--force", "--json");
        var own = await cli.RunAsync("config", "set", "number_manager", "k", "12", "--account", ServerStub.Account);

        Assert.Equal((0, 0, Stored + "\n"), (system.Code, own.Code, system.Out));
        Assert.Equal(
            [$$$$"""PATCH {{{{Document}}}}?force=true {"data":{"zone-west":{"k":"12"}}}""", $$$$"""PATCH {{{{account}}}} {"data":{"k":12}}"""],
            stub.Calls.Select(call => call.ToString()));
    }

    [Theory]
    [InlineData("[1,", "--text takes it as it is")]
    [InlineData("{\"a\":1 \"b\":2}", "--text takes it as it is")]
    public async Task A_value_that_is_nearly_json_is_not_stored_as_text(string value, string hint)
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);

        var result = await cli.RunAsync("config", "set", "number_manager", "k", value);

        Assert.Equal(1, result.Code);
        Assert.Contains(hint, result.Error, StringComparison.Ordinal);
        Assert.Empty(stub.Calls);
    }

    [Fact]
    public async Task Rules_that_would_orphan_numbers_can_be_forced()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Fail("PATCH", Document, 409, "would_orphan_numbers", """{"count":3,"message":"3 numbers would no longer be found"}""");

        var result = await cli.RunAsync("config", "set", "number_manager", "reconcile_regex", "x");

        Assert.Equal(
            new CliResult(3, "", "ocarina: would_orphan_numbers: 3 numbers would no longer be found\n  Repeat the command with --force to change the rules all the same.\n"), result);
    }

    [Fact]
    public async Task Import_puts_a_document_as_manuals_write_it()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("PUT", Document, Stored, 201);
        var file = cli.File("doc.json", """
            {
              "_id": "number_manager", // as the manual has it
              "default": { "z": 1, "a": ["x",], },
            }
            """);

        var result = await cli.RunAsync("config", "import", file);

        Assert.Equal(new CliResult(0, "", "Stored number_manager.\n"), result);
        Assert.Equal($$$$"""PUT {{{{Document}}}} {"data":{"_id":"number_manager","default":{"z":1,"a":["x"]}}}""", stub.Calls.Single().ToString());
    }

    [Theory]
    [InlineData("""{"default":{"enable_provisioning":true,"sandbox_provisioning":true,"debug":false}}""", "default", """{"default":{"enable_provisioning":true,"debug":false,"sandbox_provisioning":false}}""")]
    [InlineData("""{"default":{"enable_provisioning":"true","sandbox_provisioning":false},"east":{"sandbox_provisioning":"true"}}""", "east",
        """{"default":{"enable_provisioning":"true","sandbox_provisioning":false},"east":{"sandbox_provisioning":false}}""")]
    public async Task A_carrier_that_buys_in_Kazoo_and_would_only_pretend_here_is_imported_when_somebody_says_which(string document, string sections, string real)
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        const string Path = "/v2/system_configs/number_manager.bandwidth2";
        stub.Ok("PUT", Path, "{}", 201).Ok("PUT", Path, "{}", 201);
        var file = cli.File("b.json", document);

        var unsaid = await cli.RunAsync("config", "import", file, "--id", "number_manager.bandwidth2");
        Assert.Equal(1, unsaid.Code);
        Assert.Contains($"sets enable_provisioning and sandbox_provisioning both to true ({sections}). Kazoo buys for real under both, Ocarina only pretends.", unsaid.Error, StringComparison.Ordinal);
        Assert.Empty(stub.Calls);

        Assert.Equal(0, (await cli.RunAsync("config", "import", file, "--id", "number_manager.bandwidth2", "--provisioning", "real")).Code);
        Assert.Equal(0, (await cli.RunAsync("config", "import", file, "--id", "number_manager.bandwidth2", "--provisioning", "pretended")).Code);
        Assert.Equal(1, (await cli.RunAsync("config", "import", file, "--id", "number_manager.bandwidth2", "--provisioning", "perhaps")).Code);
        Assert.Equal([$$"""PUT {{Path}} {"data":{{real}}}""", $$"""PUT {{Path}} {"data":{{document}}}"""], stub.Calls.Select(call => call.ToString()));
    }

    [Theory]
    [InlineData("number_manager.bandwidth2", """{"default":{"enable_provisioning":true,"sandbox_provisioning":false}}""")]
    [InlineData("number_manager.bandwidth2", """{"default":{"enable_provisioning":false,"sandbox_provisioning":true}}""")]
    [InlineData("number_manager.bandwidth2", """{"default":{"account_id":"1"},"east":{"debug":true},"pvt_type":"config"}""")]
    [InlineData("another", """{"default":{"enable_provisioning":true,"sandbox_provisioning":true}}""")]
    public async Task Other_documents_are_imported_as_they_are(string id, string document)
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("PUT", $"/v2/system_configs/{id}", "{}", 201);

        Assert.Equal(0, (await cli.RunAsync("config", "import", cli.File("b.json", document), "--id", id, "--provisioning", "real")).Code);
        Assert.Equal($$"""PUT /v2/system_configs/{{id}} {"data":{{document}}}""", stub.Calls.Single().ToString());
    }

    [Fact]
    public async Task Import_names_the_document_by_option_and_forces()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        cli.Input = """{"default":{"username":"u"},"pvt_type":"config"}""";
        stub.Ok("PUT", "/v2/system_configs/number_manager.voxbone?force=true", "{}", 201);

        var named = await cli.RunAsync("config", "import", "-", "--id", "number_manager.voxbone", "--force");
        var unnamed = await cli.RunAsync("config", "import", "-");

        Assert.Equal(0, named.Code);
        Assert.Equal(new CliResult(1, "", "ocarina: - has no _id; name the document with --id.\n"), unnamed);
    }

    [Theory]
    [InlineData("{\n \"a\": 1\n \"b\": 2\n}", "line 3, column 2")]
    [InlineData("{\n b\": 2\n}", "line 2, column 2")]
    [InlineData("[]", "holds no JSON object")]
    public async Task What_cannot_be_read_is_named_by_line_and_column(string text, string place)
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);

        var result = await cli.RunAsync("config", "import", cli.File("doc.json", text));

        Assert.Equal(1, result.Code);
        Assert.Contains(place, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", result.Error, StringComparison.Ordinal);
        Assert.Empty(stub.Calls);
    }

    [Theory]
    [InlineData("# Carrier X\n\n```json\n{\"default\":{}}\n```\n", "line 1, column 1")]
    [InlineData("{\"default\":{\"a\":\"}\",},}\n\n## Errors\n", "line 3, column 1")]
    [InlineData("x_module\" : \"y\"\n\n{\"default\":{}}\n", "line 1, column 1")]
    public async Task Of_a_manuals_page_the_document_is_to_be_cut_out(string text, string place)
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);

        var page = await cli.RunAsync("config", "import", cli.File("page.txt", text));
        var broken = await cli.RunAsync("config", "import", cli.File("doc.json", "// a note\n{\"a\":{} \"b\":{}}"));
        var members = await cli.RunAsync("config", "import", cli.File("part.json", "\"default\": {\"a\": 1}"));

        Assert.Equal(1, page.Code);
        Assert.Contains($"page.txt, {place}: ", page.Error, StringComparison.Ordinal);
        Assert.EndsWith("The file holds more than a JSON document: cut the document out, from its { to its }, and import that.\n", page.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("cut the document out", broken.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("cut the document out", members.Error, StringComparison.Ordinal);
        Assert.Empty(stub.Calls);
    }

    [Fact]
    public async Task List_shows_the_ids()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("GET", "/v2/system_configs?page_size=500", """["number_manager","tasks"]""");

        Assert.Equal("number_manager\ntasks\n", (await cli.RunAsync("config", "list")).Out);
        Assert.Equal("\"number_manager\"\n\"tasks\"\n", (await cli.RunAsync("config", "list", "--json")).Out);
    }
}
