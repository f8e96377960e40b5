using System.Text.Json.Nodes;
using Xunit;

namespace Ocarina.Tests.Cli;

public sealed class NumbersReadTests
{
    private const string Classified =
        """{"name":"did_us","number":"4155550123","e164":"+14155550123","regex":"x","friendly_name":"US DID","pretty_print":"SS(###) ### - ####","pretty":"(415) 555 - 0123","reconcilable":true}""";

    private const string Number = """
        {"id":"+14155550123","state":"in_service","used_by":"callflow","features":["inbound_cnam","outbound_cnam"],
         "cnam":{"display_name":"ACME Corp","inbound_lookup":true},"crm_ref":"K-1881",
         "_read_only":{"created":63934444800,"modified":63934445000,"state":"in_service","features":{"available":["cnam","e911"],"settings":{}},
                       "features_available":["cnam","e911"],"carrier_module":"bandwidth2"}}
        """;

    [Theory]
    [InlineData("normalize", "+14155550123\n")]
    [InlineData("pretty", "(415) 555 - 0123\n")]
    [InlineData("classify", "NUMBER        CLASS   NAME\n+14155550123  did_us  US DID\n")]
    public async Task The_three_questions_to_the_rules_print_their_answer(string question, string printed)
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("GET", ServerStub.Numbers("/classifiers/4155550123"), Classified);

        var result = await cli.RunAsync("numbers", question, "4155550123");

        Assert.Equal(new CliResult(0, printed, ""), result);
    }

    [Fact]
    public async Task A_number_stays_one_segment_of_the_path_whatever_is_in_it()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);

        await cli.RunAsync("numbers", "normalize", "+1 415/555?#&%");

        Assert.Equal("GET " + ServerStub.Numbers("/classifiers/%2B1%20415%2F555%3F%23%26%25"), stub.Calls.Single().ToString());
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("collection")]
    [InlineData("import")]
    public async Task Text_that_would_mean_another_resource_is_refused_before_anything_is_sent(string number)
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);

        var result = await cli.RunAsync("numbers", "get", number);

        Assert.Equal(1, result.Code);
        Assert.Equal($"ocarina: '{number}' cannot be a number.\n", result.Error);
        Assert.Empty(stub.Calls);
    }

    [Fact]
    public async Task Json_of_one_answer_is_one_document_and_of_several_a_line_each()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("GET", ServerStub.Numbers("/classifiers/911"), """{"number":"911","e164":"911","name":"emergency","reconcilable":false}""");
        stub.Ok("GET", ServerStub.Numbers("/classifiers/912"), """{"number":"912","e164":"912"}""");
        cli.Input = "911\n\n912\n";

        var one = await cli.RunAsync("numbers", "classify", "911", "--json");
        var two = await cli.RunAsync("--json", "numbers", "classify", "-");

        Assert.Equal("""{"number":"911","e164":"911","name":"emergency","reconcilable":false}""" + "\n", one.Out);
        Assert.Equal("911 is not reconcilable: it cannot be stored as a number.\n", one.Error);
        Assert.Equal(["""{"number":"911","e164":"911","name":"emergency","reconcilable":false}""", """{"number":"912","e164":"912"}""", ""], two.Out.Split('\n'));
    }

    [Fact]
    public async Task Get_shows_a_line_per_property()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("GET", ServerStub.Numbers("/%2B14155550123"), Number);

        var result = await cli.RunAsync("numbers", "get", "+14155550123");

        Assert.Equal(
            """
            number               +14155550123
            state                in_service
            used_by              callflow
            features             inbound_cnam, outbound_cnam
            available            cnam, e911
            carrier              bandwidth2
            created              2026-01-01T00:00:00Z
            modified             2026-01-01T00:03:20Z
            cnam.display_name    ACME Corp
            cnam.inbound_lookup  true
            crm_ref              K-1881

            """,
            result.Out);
        Assert.Equal(0, result.Code);
    }

    [Fact]
    public async Task Get_as_json_keeps_every_member_the_server_sent()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("GET", ServerStub.Numbers("/%2B14155550123?as_of=2026-03-01T00%3A00%3A00Z"), Number);

        var result = await cli.RunAsync("numbers", "get", "+14155550123", "--as-of", "2026-03-01T00:00:00Z", "--json");

        var shown = JsonNode.Parse(result.Out);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Number), shown), result.Out);
        Assert.Contains("\"+14155550123\"", result.Out, StringComparison.Ordinal); // a plus is not escaped
    }

    [Fact]
    public async Task List_follows_the_pages_and_passes_the_filters_on()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        var first = ServerStub.Numbers("?filter_state=in_service&filter_features=cnam&filter_crm.ref=K%201&page_size=500");
        stub.Ok("GET", first, """{"numbers":{"+14155550100":{"state":"in_service","features":["outbound_cnam"],"used_by":"callflow","updated":63934445000}},"cascade_quantity":0}""", more: ServerStub.NextPage("a+b"));
        stub.Ok("GET", first + "&start_key=a%2Bb", """{"numbers":{"+14155550101":{"state":"in_service","features":[]}},"cascade_quantity":0}""");

        var result = await cli.RunAsync("numbers", "list", "--state", "in_service", "--feature", "cnam", "--filter", "crm.ref=K 1");

        Assert.Equal(
            """
            NUMBER        STATE       USED BY   FEATURES       UPDATED
            +14155550100  in_service  callflow  outbound_cnam  2026-01-01T00:03:20Z
            +14155550101  in_service  -         -              -

            """,
            result.Out);
        Assert.Equal(2, stub.Calls.Count);
    }

    [Fact]
    public async Task List_stops_at_its_limit_and_asks_for_no_page_more()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("GET", ServerStub.Numbers("?page_size=2"), """{"numbers":{"+14155550100":{"state":"reserved"},"+14155550101":{"state":"reserved"}}}""", more: ServerStub.NextPage("k"));

        var result = await cli.RunAsync("numbers", "list", "--limit", "2", "--json");

        Assert.Equal(
            """
            {"number":"+14155550100","state":"reserved","features":[],"features_available":[]}
            {"number":"+14155550101","state":"reserved","features":[],"features_available":[]}

            """,
            result.Out);
        Assert.Single(stub.Calls);
    }

    [Fact]
    public async Task An_empty_list_prints_nothing_for_programs_and_a_word_for_people()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("GET", ServerStub.Numbers("?page_size=500"), """{"numbers":{},"cascade_quantity":0}""");

        Assert.Equal(new CliResult(0, "", "There are no numbers.\n"), await cli.RunAsync("numbers", "list"));
        Assert.Equal(new CliResult(0, "", ""), await cli.RunAsync("numbers", "list", "--json"));
    }

    [Fact]
    public async Task A_server_that_names_a_page_twice_is_not_followed_forever()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        const string page = """{"numbers":{"+14155550100":{"state":"reserved"}}}""";
        stub.Ok("GET", ServerStub.Numbers("?page_size=500"), page, more: ServerStub.NextPage("k"));
        stub.Ok("GET", ServerStub.Numbers("?page_size=500&start_key=k"), page, more: ServerStub.NextPage("k"));

        var result = await cli.RunAsync("numbers", "list");

        Assert.Equal(1, result.Code);
        Assert.Contains("names the same page twice", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_shows_what_carriers_say_beside_the_number_as_columns()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("GET", ServerStub.Numbers("?prefix=415&quantity=15&offset=0"), """
            [{"number":"+14155550111","state":"discovery","rate_center":"SNFC CNTRL","rate":1.5},{"number":"+14155550112","state":"available","size":10}]
            """);

        var text = await cli.RunAsync("numbers", "search", "415");
        var json = await cli.RunAsync("numbers", "search", "415", "--json");

        Assert.Equal(
            """
            NUMBER        STATE      SIZE  RATE CENTER  RATE
            +14155550111  discovery  -     SNFC CNTRL   1.5
            +14155550112  available  10    -            -

            """,
            text.Out);
        Assert.Equal(
            """
            {"number":"+14155550111","state":"discovery","rate_center":"SNFC CNTRL","rate":1.5}
            {"number":"+14155550112","state":"available","size":10}

            """,
            json.Out);
    }

    [Fact]
    public async Task Search_sends_what_was_asked()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("GET", ServerStub.Numbers("?prefix=8%2A%2A&quantity=3&offset=6&country=CA&blocks=10"), "[]");

        var result = await cli.RunAsync("numbers", "search", "8**", "--quantity", "3", "--offset", "6", "--country", "CA", "--blocks", "10");

        Assert.Equal(new CliResult(0, "", "Nothing was found.\n"), result);
    }

    [Fact]
    public async Task Search_shows_prices_and_rate_centres_and_names_carriers_that_did_not_answer()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("GET", ServerStub.Numbers("?prefix=8%2A%2A&quantity=2&offset=0&tollfree=true"), """
            [{"number":"+18005550111","state":"discovery","carrier":"telnyx","country":"US","features":["voice"],"rate_center":{"name":"DENVER","state":"CO"},"number_id":"9f",
              "prices":{"currency":"USD","setup_minor":50,"monthly_minor":135,"exponent":2},"price":{"currency":"USD","setup":"0.50","monthly":"1.35"}},
             {"number":"+18005550112","state":"discovery","carrier":"simwood","price":{"currency":"USD","setup":"0.00","monthly":"0.99"}}]
            """,
            more: """
            ,"offers":[{"id":"voxbone:1196","carrier":"voxbone","number_pattern":"+1800XXXXXXX","quantity_available":17}],
            "carriers":[{"name":"inventory","state":"empty","count":0,"elapsed_ms":1},{"name":"telnyx","state":"ok","count":1,"elapsed_ms":300},{"name":"bandwidth","state":"late","count":0,"elapsed_ms":5000},
            {"name":"simwood","state":"error","count":1,"elapsed_ms":20,"error":"rate_limited","reason":"slow down"},{"name":"vitelity","state":"skipped","count":0,"elapsed_ms":0,"error":"not_configured"},
            {"name":"didww","state":"skipped","count":0,"elapsed_ms":0,"error":"not_supported"}]
            """);

        var text = await cli.RunAsync("numbers", "search", "--tollfree", "--quantity", "2");
        var json = await cli.RunAsync("numbers", "search", "--tollfree", "--quantity", "2", "--json");

        const string trouble = """
            ocarina: bandwidth: no answer within 5000 ms; what comes later is on the next page
            ocarina: simwood: failed (rate_limited: slow down)
            ocarina: vitelity: not configured

            """;
        Assert.Equal(0, text.Code);
        Assert.Equal(
            """
            NUMBER        STATE      CARRIER  RATE CENTER  PRICE
            +18005550111  discovery  telnyx   DENVER, CO   1.35 USD/month + 0.50 USD once
            +18005550112  discovery  simwood  -            0.99 USD/month
            OFFER         CARRIER  NUMBERS       AVAILABLE
            voxbone:1196  voxbone  +1800XXXXXXX  17

            """,
            text.Out);
        Assert.Equal(trouble, text.Error);
        Assert.Equal(trouble, json.Error);
        Assert.Equal(3, json.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("\"number_id\":\"9f\"", json.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_shows_carriers_as_they_answer_to_whoever_looks_on()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        cli.ErrorTerminal = true;
        var target = ServerStub.Numbers("?prefix=415&quantity=15&offset=0&stream=true");
        stub.On("GET", target, 200, """
            {"carrier":{"name":"telnyx","state":"ok","count":1,"elapsed_ms":300},"data":[{"number":"+14155550111","state":"discovery"}]}
            {"data":[{"number":"+14155550111","state":"discovery","carrier":"telnyx"}],"carriers":[{"name":"telnyx","state":"ok","count":1,"elapsed_ms":300}],"status":"success"}

            """, "application/x-ndjson");

        var result = await cli.RunAsync("numbers", "search", "415");

        Assert.Equal("NUMBER        STATE      CARRIER\n+14155550111  discovery  telnyx\n", result.Out);
        Assert.Equal(0, result.Code);
    }

    [Fact]
    public async Task A_search_that_breaks_off_is_a_failure_and_one_without_prefix_is_a_mistake()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        cli.ErrorTerminal = true;
        stub.On("GET", ServerStub.Numbers("?prefix=415&quantity=15&offset=0&stream=true"), 200, """{"carrier":{"name":"telnyx","state":"ok","count":0,"elapsed_ms":3},"data":[]}""" + "\n", "application/x-ndjson");

        var broken = await cli.RunAsync("numbers", "search", "415");
        var mistake = await cli.RunAsync("numbers", "search");

        Assert.NotEqual(0, broken.Code);
        Assert.Contains("broke off in the middle", broken.Error, StringComparison.Ordinal);
        Assert.Contains("Give a prefix, or --tollfree.", mistake.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task History_shows_who_did_what_newest_first()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("GET", ServerStub.Numbers("/4155550123/events?page_size=500"), """
            [{"seq":9,"revision":2,"time":63934445000,"actor":"user:u1","action":"activate","before":{"state":"available"},"after":{"state":"in_service","private":{"assigned_to":"a1"}},"hash":"ab"},
             {"seq":4,"revision":1,"time":"2026-01-01T00:00:00.250Z","actor":{"type":"system"},"action":"create","before":null,"after":{"state":"available"},"hash":"cd"}]
            """);

        var text = await cli.RunAsync("numbers", "history", "4155550123");
        stub.Ok("GET", ServerStub.Numbers("/4155550123/events?page_size=1"), """[{"seq":9,"revision":2,"action":"activate"}]""", more: ServerStub.NextPage("k"));
        var json = await cli.RunAsync("numbers", "history", "4155550123", "--json", "--limit", "1");

        Assert.Equal(
            """
            REV  TIME                      ACTION    BEFORE     AFTER       OWNER  BY
            2    2026-01-01T00:03:20Z      activate  available  in_service  a1     user:u1
            1    2026-01-01T00:00:00.250Z  create    -          available   -      system

            """,
            text.Out);
        Assert.Equal("""{"seq":9,"revision":2,"action":"activate"}""" + "\n", json.Out);
    }

    [Fact]
    public async Task The_header_is_bold_on_a_terminal_and_plain_elsewhere()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("GET", ServerStub.Numbers("?prefix=415&quantity=15&offset=0"), """[{"number":"+14155550111","state":"available"}]""");

        var piped = await cli.RunAsync("numbers", "search", "415");
        cli.OutputTerminal = true;
        var terminal = await cli.RunAsync("numbers", "search", "415");
        cli.Variables["NO_COLOR"] = "1";
        var noColor = await cli.RunAsync("numbers", "search", "415");

        Assert.DoesNotContain('\e', piped.Out);
        Assert.StartsWith("\e[1mNUMBER        STATE\e[0m\n", terminal.Out, StringComparison.Ordinal);
        Assert.Equal(piped.Out, noColor.Out);
    }

    [Fact]
    public async Task Text_of_the_server_cannot_move_the_cursor()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("GET", ServerStub.Numbers("/4155550123"), """{"id":"+14155550123","state":"in_service","note":"a\u001b[2J\nb\u202ec"}""");

        var result = await cli.RunAsync("numbers", "get", "4155550123");

        Assert.Equal("number  +14155550123\nstate   in_service\nnote    a [2J b c\n", result.Out);
    }
}
