using System.Text.Json.Nodes;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;
using static Ocarina.Tests.PhoneNumbers.NumberLab;

namespace Ocarina.Tests.PhoneNumbers;

/// <summary>Whatever is sent, the answer is an envelope with a reason, never a fault of ours; and what is accepted comes back as it was sent.</summary>
public sealed class HostileInputTests(NumberLabs labs) : IClassFixture<NumberLabs>
{
    public static TheoryData<string> Texts =>
    [
        "%01", "%2F", "%2F%2F", "%5C", "%25", "%2525", "+", "%2B", "++1", "%20", "%E2%80%8B", "%F0%9F%93%9E",
        "%EF%BC%94%EF%BC%91%EF%BC%95%EF%BC%95%EF%BC%95%EF%BC%95%EF%BC%90%EF%BC%91%EF%BC%90%EF%BC%90",
        "%2B1415555%0A0100", "%2B14155550100%7F", "'%20OR%201=1", "%2B1415555%25", "%FF%FE", "%C3%28", "e164", "null", "-1",
        "%2B141555501001415555010014155550100141555501001415555010014155550100",
        "4155550100415555010041555501004155550100415555010041555501004155550100415555010041555501004155550100415555010041555501004155550100415555010041555501004155550100",
    ];

    [Theory, MemberData(nameof(Texts))]
    public async Task Any_text_in_place_of_a_number_is_answered(string text)
    {
        foreach (var kind in (DatabaseKind[])[DatabaseKind.Sqlite, DatabaseKind.PostgreSql])
        {
            var lab = await labs.OverAsync(kind);
            var path = $"{At(lab.Alice)}/{text}";
            foreach (var (verb, tail, data) in ((string, string, string?)[])
                [("GET", "", null), ("PUT", "", "{}"), ("POST", "", "{}"), ("PATCH", "", "{}"), ("DELETE", "", null), ("PUT", "/activate", null), ("PUT", "/reserve", null), ("GET", "/identify", null), ("GET", "/events", null), ("GET", "?as_of=2026-01-01T00:00:00Z", null)])
                await IsAnsweredAsync(lab, verb, path + tail, data);
            await IsAnsweredAsync(lab, "GET", $"{At(lab.Alice)}/classifiers/{text}", null);
            foreach (var query in (string[])
            [
                "prefix", "start_key", "filter_state", "filter_used_by", "filter_locality", "filter_a.b", "has_key", "created_from", "page_size",
            ])
                await IsAnsweredAsync(lab, "GET", $"{At(lab.Alice)}?{query}={text}", null);
            foreach (var query in (string[])
            [
                "quantity", "offset", "country", "blocks",
            ]) await IsAnsweredAsync(lab, "GET", $"{At(lab.Alice)}?prefix=415&{query}={text}", null);
            await IsAnsweredAsync(lab, "DELETE", $"{At(lab.Alice, "+14155550199")}?reason={text}", null);
        }
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Any_body_is_answered_and_what_is_stored_comes_back_as_it_was(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Alice);
        string[] values =
        [
            "\"\\u0000\"", "\"\\ud800\"", "1e999", "-0", "12345678901234567890123456789", "0.1e-400", "\"\\u2028<script>\"", "[]", "[[[]]]", "{}",
            "true", "\"\"", "\"\\uFFFF\"", "{\"\":1}", "{\"a.b\":{\"%2E\":1}}",
            $"\"{new string('x', 70_000)}\"", string.Concat(Enumerable.Repeat("[", 40)) + string.Concat(Enumerable.Repeat("]", 40)), string.Concat(Enumerable.Repeat("{\"a\":", 200)) + "1" + new string('}', 200),
        ];

        foreach (var value in values)
        {
            foreach (var (verb, path) in ((string, string)[])
            [
                ("PUT", At(lab.Alice, number)), ("POST", At(lab.Alice, number)), ("PATCH", At(lab.Alice, number)),
                ("PUT", At(lab.Alice, number, "activate")),
            ])
            {
                foreach (var field in (string[])["own", "cnam", "e911", "prepend", "force_outbound", "carrier_name", "create_with_state"])
                    await IsAnsweredAsync(lab, verb, path, $$"""{"{{field}}":{{value}} }""");
                await IsAnsweredAsync(lab, verb, path, value);
            }

            foreach (var verb in (string[])["PUT", "PATCH", "DELETE"])
            {
                await IsAnsweredAsync(lab, verb, At(lab.Alice, "collection"), $$"""{"numbers":{{value}} }""");
                await IsAnsweredAsync(lab, verb, At(lab.Alice, "collection"), $$"""{"numbers":[{{value}},"+1415"]}""");
            }

            foreach (var field in (string[])["prefix", "quantity", "country"])
                await IsAnsweredAsync(lab, "PUT", At(lab.Alice, "collection", "activate"), $$"""{"prefix":"999","{{field}}":{{value}} }""");
        }

        var kept = """{"n":12345678901234567890123456789,"d":1.50,"e":1e3,"z":"\u0001\u2028\uD83D\uDCDE","o":{"":{"a.b":[null,{}]}}}""";
        var stored = await lab.CallAsync(lab.Alice, "POST", At(lab.Alice, number), $$"""{"own":{{kept}} }""");
        Assert.True(stored.Status == 200, stored.Text);
        Assert.Equal(JsonNode.Parse(kept)!.ToJsonString(), (await lab.GetAsync(lab.Alice, number)).Data!["own"]!.ToJsonString());
        Assert.Empty((await lab.Server.SendAsync("POST", "/v2/ledger/verify")).Data!["broken"]!.AsArray());
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Any_file_is_answered_row_by_row(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var (good, more) = (lab.Fresh(), lab.Fresh());
        string[] cells = ["a\0b", "\u0001", "\uFFFE", "x\"y", "\"x\"y\"", "=1", "''", "\uD83D\uDCDE", new string('x', 8000), "   ", "\t"];

        foreach (var column in (string[])
        [
            "used_by", "state", "carrier_module", "account_id", "ported_in", "prepend.name", "e911.region", "opaque.note", "opaque.", "opaque..",
            "opaque.a.b", "opaque.carrier_name",
        ])
        {
            var rows = string.Concat(cells.Select(cell => $"{lab.Fresh()},{cell}\n"));
            var reply = await lab.Server.SendAsync("PUT", At(lab.Master, "import"), $"e164,{column}\n{rows}{good},\n", type: "text/csv");
            Assert.True(reply.Status == 201, $"{column}: {reply.Text}");
            Assert.Equal(cells.Length + 3, reply.Text.Split('\n').Length);
            Assert.Matches("\"(created|unchanged)\",\n$", reply.Text);
            good = more;
            more = lab.Fresh();
        }

        Assert.Equal(200, (await lab.Server.SendAsync("GET", At(lab.Master, "export"))).Status);
        Assert.Equal(200, (await lab.Server.SendAsync("GET", $"{At(lab.Master)}?paginate=false")).Status);
    }

    private static async Task IsAnsweredAsync(NumberLab lab, string verb, string path, string? data)
    {
        var reply = await lab.CallAsync(lab.Alice, verb, path, data);
        Assert.True(reply.Status < 500, $"{verb} {path} {(data?.Length > 500 ? data[..500] : data)}: {reply.Status} {reply.Text}");
        Assert.Equal("application/json", reply.Header("Content-Type"));
        Assert.NotNull(reply.Data);
    }
}
