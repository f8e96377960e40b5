using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Ocarina.Core;
using Ocarina.Manager.Operations;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;
using static Ocarina.Tests.PhoneNumbers.NumberLab;

namespace Ocarina.Tests.PhoneNumbers;

/// <summary>`http-api.md` 2.14 and numbers.md 7.15: numbers as files.</summary>
public sealed class NumberFileTests(NumberLabs labs) : IClassFixture<NumberLabs>
{
    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_file_moves_changes_reserves_releases_and_erases_its_numbers(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var (one, two, unknown) = (lab.Fresh(), lab.Fresh(), lab.Fresh());
        await ImportAsync(lab, lab.Master, $"e164,state,carrier_module\n{one},available,inventory\n{two},available,inventory\n");

        Assert.Equal(
            $"e164,result,error\n\"{one}\",\"done\",\n\"{two}\",\"done\",\n\"{unknown}\",\"failed\",\"number {unknown} not found\"\n",
            await RunAsync("assign_to", lab.Master, $"e164,account_id\n{one},{lab.Alice}\n{two},{lab.Bob}\n{unknown},{lab.Bob}\n"));
        Assert.Equal($"e164,result,error\n\"{one}\",\"unchanged\",\n", await RunAsync("assign_to", lab.Alice, $"e164\n{one}\n"));

        await RunAsync("update_merge", lab.Master, $"e164,opaque.a,opaque.b\n{one},1,2\n");
        await RunAsync("update_merge", lab.Master, $"e164,opaque.a,opaque.b\n{one},,3\n"); // an empty cell clears nothing
        var merged = (await lab.GetAsync(lab.Alice, one)).IsNumber(200, one, "in_service");
        Assert.Equal(("1", "3"), ((string?)merged["a"], (string?)merged["b"]));
        await RunAsync("update_overwrite", lab.Master, $"e164,opaque.b\n{one},4\n");
        Assert.Null((await lab.GetAsync(lab.Alice, one)).IsNumber(200, one, "in_service")["a"]);

        Assert.Contains("\"failed\"", await RunAsync("release", lab.Alice, $"e164\n{two}\n"), StringComparison.Ordinal); // Bob's
        Assert.Contains("\"done\"", await RunAsync("reserve", lab.Alice, $"e164\n{one}\n"), StringComparison.Ordinal);
        Assert.Contains("\"done\"", await RunAsync("release", lab.Bob, $"e164\n{two}\n"), StringComparison.Ordinal);
        Assert.Contains("\"done\"", await RunAsync("delete", lab.Master, $"e164\n{two}\n"), StringComparison.Ordinal);
        Assert.Equal(404, (await lab.GetAsync(lab.Master, two)).Status);
        Assert.Equal(400, (await lab.Server.SendAsync("PUT", $"/v2/accounts/{lab.Master}/phone_numbers/import?action=sell", "e164\n", type: "text/csv")).Status);

        async Task<string> RunAsync(string action, string path, string csv)
        {
            var reply = await lab.Server.SendAsync("PUT", $"/v2/accounts/{path}/phone_numbers/import?action={action}", csv, type: "text/csv");
            Assert.Equal(201, reply.Status);
            return reply.Text;
        }
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Every_column_is_read(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = lab.Fresh();
        var csv = $"""
            {'\uFEFF'}e164,account_name,account_id,previously_assigned_to,state,created,modified,used_by,ported_in,carrier_module,cnam.inbound,cnam.outbound,e911.locality,e911.name,e911.region,e911.street_address,e911.extended_address,e911.postal_code,prepend.enabled,prepend.name,prepend.number,ringback.early,ringback.transfer,force_outbound,failover.e164,failover.sip,opaque.crm.ref,opaque.note,unknown
            {number},Whoever,{lab.Alice},{lab.Bob},in_service,1,2,trunkstore,true,knm_bandwidth2,true,ACME,"San Francisco, CA",ACME Inc,CA,"1 ""Main"" St",Suite 2,94105,true,Sales:,9,m1,m2,false,'+14155550199,,K-1,"two
            lines",x

            """;

        Assert.Equal($"e164,result,error\n\"{number}\",\"created\",\n", (await ImportAsync(lab, lab.Master, csv)).Text);

        var document = (await lab.GetAsync(lab.Alice, number)).IsNumber(200, number, "in_service");
        Assert.Equal(("trunkstore", "bandwidth2"), ((string?)document["used_by"], (string?)document["_read_only"]!["carrier_module"]));
        Assert.Equal(["failover", "force_outbound", "inbound_cnam", "outbound_cnam", "prepend", "ringback"], document["features"].Names());
        Reply.AssertJson("""{"inbound_lookup":true,"display_name":"ACME"}""", document["cnam"]);
        Reply.AssertJson("""
            {"locality":"San Francisco, CA","caller_name":"ACME Inc","region":"CA","street_address":"1 \"Main\" St","extended_address":"Suite 2","postal_code":"94105","notification_contact_emails":[]}
            """, document["e911"]);
        Reply.AssertJson("""{"enabled":true,"name":"Sales:","number":"9"}""", document["prepend"]);
        Reply.AssertJson("""{"early":"m1","transfer":"m2"}""", document["ringback"]);
        Reply.AssertJson("""{"e164":"+14155550199"}""", document["failover"]);
        Assert.Equal((false, "K-1", "two\nlines", null), ((bool)document["force_outbound"]!, (string?)document["crm"]!["ref"], (string?)document["note"], document["unknown"]));
        var record = await lab.RecordAsync(number);
        Assert.Equal((true, lab.Bob), (record!.PortedIn, record.PreviousAccount?.ToString()));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Bad_rows_fail_alone_and_say_why(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var (good, taken, aging) = (lab.Fresh(), await lab.HaveAsync("in_service", lab.Bob), await lab.AgingAsync(lab.Bob));
        var bad = lab.Fresh();
        var rows = new (string Row, string Error)[]
        {
            ("4155551234,,,,", "bad field(s) e164"), (",in_service,,,", "bad field(s) e164"), ("+1415,,,,", "number +1415 is not reconcilable"),
            ($"{bad},sold,,yes,xyz", "bad field(s) state,carrier_module,ported_in"),
            ($"{bad},,nobody,,", "bad field(s) account_id"), ($"{bad},,00000000000000000000000000000000,,", "invalid account to assign to"),
            ($"{bad},deleted,,,", "requestor is unauthorized to perform operation"),
            ($"{taken},,,,", $"number {taken} already exists"), ($"{aging},in_service,{lab.Alice},,", $"number {aging} is not available"),
            ($"{bad},,,,,too,many", "bad field(s) (more cells than the header)"),
            ($"{good},available,,,", ""), ($"{aging},in_service,{lab.Bob},,", ""),
        };

        var reply = await ImportAsync(lab, lab.Master, "e164,state,account_id,ported_in,carrier_module\n" + string.Join('\n', rows.Select(row => row.Row)));

        Assert.Equal(201, reply.Status);
        Assert.Equal("text/csv", reply.Header("Content-Type"));
        var lines = reply.Text.Split('\n')[1..^1];
        Assert.Equal(rows.Select(row => row.Error.Length == 0 ? "\"created\"," : $"\"failed\",\"{row.Error}\""), lines.Select(line => line[(line.IndexOf(',', StringComparison.Ordinal) + 1)..]));
        Assert.Equal("inventory", (string?)(await lab.GetAsync(lab.Master, good)).IsNumber(200, good, "available")["_read_only"]!["carrier_module"]);
        (await lab.GetAsync(lab.Master, bad)).IsUnknownNumber();
        Assert.Equal(lab.Bob, await lab.OwnerAsync(aging));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_repeated_import_changes_nothing_and_twins_are_decided_one_after_the_other(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var (a, b, c) = (lab.Fresh(), lab.Fresh(), lab.Fresh());
        var csv = $"e164,state,account_id,prepend.name,prepend.enabled,opaque.x\n{a},available,,,,\n{b},in_service,{lab.Alice},'=S,true,7\n{c},reserved,{lab.Alice},,,\n{b},in_service,{lab.Alice},'=S,true,7\n{a},in_service,{lab.Alice},,,\n{c},available,,,,\n";

        Assert.Equal(["created", "created", "created", "unchanged", "created", "failed"], Results(await ImportAsync(lab, lab.Master, csv)));
        Assert.Equal("=S", (string?)(await lab.GetAsync(lab.Alice, b)).Data!["prepend"]!["name"]);
        // By now the first row says something else than what stands.
        Assert.Equal(["failed", "unchanged", "unchanged", "unchanged", "unchanged", "failed"], Results(await ImportAsync(lab, lab.Master, csv)));
        Assert.Equal((2, 1, 1), ((int)(await lab.RecordAsync(a))!.Revision, (int)(await lab.RecordAsync(b))!.Revision, (int)(await lab.RecordAsync(c))!.Revision));

        // The same number in two spellings within one piece.
        var twin = lab.Fresh();
        Assert.Equal(["created", "unchanged"], Results(await ImportAsync(lab, lab.Alice, $"e164\n{twin}\n{twin.Insert(2, "-")}\n")));
        Assert.Equal(1, (await lab.RecordAsync(twin))!.Revision);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Who_is_no_admin_imports_into_his_own_tree_with_the_defaults(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var (a, b, c) = (lab.Fresh(), lab.Fresh(), lab.Fresh());

        var reply = await ImportAsync(lab, lab.Alice, $"e164,state,carrier_module,account_id,previously_assigned_to,ported_in\n{a},available,bandwidth2,,{lab.Bob},true\n{b},,,{lab.Junior},,\n{c},,,{lab.Bob},,\n");

        Assert.Equal(["created", "created", "failed"], Results(reply));
        Assert.Equal("local", (string?)(await lab.GetAsync(lab.Alice, a)).IsNumber(200, a, "in_service")["_read_only"]!["carrier_module"]);
        var record = await lab.RecordAsync(a);
        Assert.Equal((false, null), (record!.PortedIn, record.PreviousAccount));
        Assert.Equal(lab.Junior, await lab.OwnerAsync(b));
        Assert.Equal(["failed"], Results(await ImportAsync(lab, lab.Bob, $"e164\n{c}\n")));
        (await lab.GetAsync(lab.Master, c)).IsUnknownNumber();

        await lab.UnderAsync("""{"default_creation_state":"reserved"}""", async () =>
        {
            Assert.Equal(["created"], Results(await ImportAsync(lab, lab.Alice, $"e164\n{c}\n")));
            (await lab.GetAsync(lab.Alice, c)).IsNumber(200, c, "reserved");
        });
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task What_is_no_file_of_numbers_is_told_before_anything_is_written(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        const string empty = """{"csv":{"format":{"message":"Empty CSV or some row(s) longer than others or header missing"}}}""";

        (await ImportAsync(lab, lab.Master, "\n")).IsInvalid(empty);
        var headless = await ImportAsync(lab, lab.Master, "number,state\n+14155550100,available\n");
        Assert.Equal((400, "bad request"), (headless.Status, (string?)headless.Json["message"]));
        Reply.AssertJson("""{"missing_mandatory_fields":["e164"]}""", headless.Data);
        var nothing = await lab.Server.SendAsync("PUT", At(lab.Master, "import"));
        Assert.Equal((400, "bad request"), (nothing.Status, (string?)nothing.Json["message"]));
        Reply.AssertJson("""{"expected_content":"text/csv"}""", nothing.Data);
        Assert.Equal(415, (await lab.Server.SendAsync("PUT", At(lab.Master, "import"), """{"data":{}}""")).Status);
        Assert.Equal(415, (await lab.Server.SendAsync("PUT", At(lab.Master, "import"), "x", type: "application/pdf")).Status);
        Assert.Equal("e164,result,error\n", (await ImportAsync(lab, lab.Master, "e164,state\n")).Text);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_quote_that_is_never_closed_is_told_in_its_place(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var good = lab.Fresh();

        var reply = await ImportAsync(lab, lab.Master, $"e164,opaque.note\n{good},fine\n{lab.Fresh()},\"never closed\n{string.Concat(Enumerable.Repeat("+14155550100,x\n", 1000))}");

        Assert.Equal(201, reply.Status);
        Assert.Equal($"e164,result,error\n\"{good}\",\"created\",\n,\"failed\",\"Malformed CSV - a cell near line 3 is longer than 8192 characters\"\n", reply.Text);
        (await ImportAsync(lab, lab.Master, $"e164,\"{new string('x', 9000)}\n")).IsInvalid("""{"csv":{"format":{"message":"Malformed CSV - a cell near line 1 is longer than 8192 characters"}}}""");
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_file_may_be_larger_than_a_request_elsewhere(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = lab.Fresh();
        var padding = string.Concat(Enumerable.Repeat($"wrong,{new string('x', 8000)}\n", 1050));

        var results = Results(await ImportAsync(lab, lab.Master, $"e164,padding\n{padding}{number},\n"));

        Assert.Equal((1051, "created"), (results.Length, results[^1]));
        Assert.Equal("in_service", (string?)(await lab.GetAsync(lab.Master, number)).Data!["state"]);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Results_arrive_while_the_file_is_still_being_sent(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var ct = TestContext.Current.CancellationToken;
        using var client = new TcpClient();
        await client.ConnectAsync(lab.Server.Address.Host, lab.Server.Address.Port, ct);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var numbers = Enumerable.Range(0, 150).Select(_ => lab.Fresh("+1917555")).ToList();

        await SendAsync($"PUT {At(lab.Master, "import")} HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: {await lab.Server.TokenAsync()}\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
        await SendChunkAsync("e164,state\n" + string.Concat(numbers.Select(number => $"{number},available\n")));
        // No end of the file in sight, and yet the first ones are told, and are there for others.
        var told = new List<string>();
        while (told.Count < 100)
            if (await reader.ReadLineAsync(ct) is { } line && line.Contains("\"created\"", StringComparison.Ordinal)) told.Add(line);
        Assert.Equal(numbers[..100], told.Select(line => line.Split('"')[1]));
        (await lab.GetAsync(lab.Stranger, numbers[99])).IsNumber(200, numbers[99], "available");

        await SendAsync("0\r\n\r\n");
        var rest = await reader.ReadToEndAsync(ct);
        Assert.Equal(50, rest.Split("\"created\"").Length - 1);

        Task SendChunkAsync(string text) => SendAsync($"{text.Length:x}\r\n{text}\r\n");
        Task SendAsync(string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text), ct).AsTask();
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task What_was_exported_and_erased_comes_back_by_import(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var used = await lab.HaveAsync("in_service", lab.Alice, fields: """ "prepend":{"enabled":true,"name":"=1+1","number":"-9"},"force_outbound":false,"cnam":{"display_name":"A, B","inbound_lookup":true} """);
        await lab.Server.Services.GetRequiredService<AssignToAppOperation>()
            .RunAsync(Actor.System, AccountId.Parse(lab.Alice), [used], "@app", TestContext.Current.CancellationToken);
        await lab.HaveAsync("available");
        await lab.HaveAsync("available", lab.Bob, "managed");
        await lab.HaveAsync("reserved", lab.Reseller, "local");
        await lab.HaveAsync("port_in", lab.Junior);
        await lab.AgingAsync(lab.Bob);

        var exported = await lab.Server.SendAsync("GET", At(lab.Master, "export"));
        Assert.Equal((200, "text/csv"), (exported.Status, exported.Header("Content-Type")));
        Assert.Contains("\"'=1+1\",\"'-9\"", exported.Text, StringComparison.Ordinal);
        Assert.Contains("\"'@app\"", exported.Text, StringComparison.Ordinal);
        var numbers = exported.Text.Split('\n')[1..^1].Select(line => line.Split('"')[1]).ToList();
        var erased = await lab.CallAsync(lab.Master, "DELETE", At(lab.Master, "collection") + "?hard=true", $$"""{"numbers":{{new JsonArray([.. numbers.Select(number => (JsonNode)number)]).ToJsonString()}}}""");
        Assert.Equal(numbers.Count, erased.Data!["success"]!.AsObject().Count);
        Assert.Equal(2, (await lab.Server.SendAsync("GET", At(lab.Master, "export"))).Text.Split('\n').Length);

        Assert.All(Results(await ImportAsync(lab, lab.Master, exported.Text)), result => Assert.Equal("created", result));
        Assert.Equal(exported.Text, (await lab.Server.SendAsync("GET", At(lab.Master, "export"))).Text);
        Assert.All(Results(await ImportAsync(lab, lab.Master, exported.Text)), result => Assert.Equal("unchanged", result));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task An_account_exports_its_own_numbers_and_filters_them(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var owner = await lab.Server.CreateAccountAsync($"Exporter, \"the\" {kind}");
        var (used, reserved, stock) = (await lab.HaveAsync("in_service", owner), await lab.HaveAsync("reserved", owner), await lab.HaveAsync("available"));

        var all = (await lab.CallAsync(owner, "GET", At(owner, "export"))).Text.Split('\n');
        Assert.Equal("e164,account_name,account_id,previously_assigned_to,state,created,modified,used_by,ported_in,carrier_module,cnam.inbound,cnam.outbound,e911.locality,e911.name,e911.region,e911.street_address,e911.extended_address,e911.postal_code,prepend.enabled,prepend.name,prepend.number,ringback.early,ringback.transfer,force_outbound,failover.e164,failover.sip", all[0]);
        var now = lab.Clock.GetUtcNow().ToGregorianSeconds();
        Assert.Equal($"\"{used}\",\"Exporter, \"\"the\"\" {kind}\",\"{owner}\",,\"in_service\",\"{now}\",\"{now}\",,\"false\",\"inventory\",,,,,,,,,,,,,,,,", all[1]);
        Assert.StartsWith($"\"{reserved}\",", all[2]);
        Assert.Equal([""], all[3..]);
        Assert.Contains($"\"{stock}\"", (await lab.Server.SendAsync("GET", At(lab.Master, "export"))).Text, StringComparison.Ordinal);
        Assert.Equal(3, (await lab.CallAsync(owner, "GET", $"{At(owner, "export")}?filter_state=reserved")).Text.Split('\n').Length);
    }

    private static async Task<Reply> ImportAsync(NumberLab lab, string account, string csv) =>
        await lab.Server.SendAsync("PUT", At(account, "import"), csv, await lab.Server.TokenAsync(account), "text/csv");

    private static string[] Results(Reply reply)
    {
        Assert.True(reply.Status == 201, reply.Text);
        return [.. reply.Text.Split('\n')[1..^1].Select(line => line.Split(',')[1].Trim('"'))];
    }
}
