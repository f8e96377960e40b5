using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Ocarina.Sandbox;
using Xunit;

namespace Ocarina.Tests.Sandbox;

/// <summary>What all carriers of the sandbox stand on: ports, clock, journal, ledger, control interface.</summary>
public sealed class SandboxHostTests : IAsyncLifetime
{
    private SandboxLab _lab = null!; // set before each test

    public async ValueTask InitializeAsync() => _lab = await SandboxLab.StartAsync();

    public async ValueTask DisposeAsync() => await _lab.DisposeAsync();

    [Fact]
    public async Task The_same_seed_gives_the_same_stock_and_another_seed_another()
    {
        await using var twin = await SandboxLab.StartAsync();
        await using var other = await SandboxLab.StartAsync(new SandboxOptions { Seed = 2 });

        var mine = (await _lab.Bandwidth().SearchAsync("415", 5000)).Numbers;

        Assert.Equal(mine, (await twin.Bandwidth().SearchAsync("415", 5000)).Numbers);
        Assert.NotEqual(mine, (await other.Bandwidth().SearchAsync("415", 5000)).Numbers);
    }

    [Fact]
    public async Task There_is_stock_in_more_than_forty_rate_centres_and_a_scale_makes_more_of_it()
    {
        string[] codes = ["415", "303", "212", "205", "919", "416", "604"];
        foreach (var code in codes) Assert.True((await _lab.Bandwidth().SearchAsync(code, 5000)).Numbers.Count >= 50, code);

        await _lab.TellAsync("/reset", """{"seed":1,"scale":10}""");

        foreach (var code in codes) Assert.True((await _lab.Bandwidth().SearchAsync(code, 5000)).Numbers.Count >= 500, code);
    }

    [Fact]
    public async Task A_reset_forgets_sales_journal_and_rules()
    {
        var talk = _lab.Bandwidth();
        var wanted = (await talk.SearchAsync("415", 1)).Numbers[0];
        await talk.OrderAsync(wanted.Id, "before");
        await _lab.TellAsync("/faults", """{"action":"status"}""");

        await _lab.TellAsync("/reset", """{"seed":1}""");

        Assert.Empty(await _lab.HeldAsync());
        Assert.Empty((await _lab.AskAsync("/ledger"))["money"]!.AsObject());
        Assert.Equal(0, (long)(await _lab.AskAsync("/journal"))["total"]!);
        Assert.Equal(wanted, (await talk.SearchAsync("415", 1)).Numbers[0]);
    }

    [Fact]
    public async Task The_journal_has_every_request_with_secrets_masked_whether_somebody_serves_it_or_not()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/nowhere?colour=blue");
        request.Headers.TryAddWithoutValidation("Authorization", "Basic c2VjcmV0OnNlY3JldA==");
        using var lost = await _lab.Client.SendAsync(request, TestContext.Current.CancellationToken);
        await _lab.Bandwidth().SearchAsync("415");

        var journal = await _lab.AskAsync("/journal");

        Assert.Equal(HttpStatusCode.NotFound, lost.StatusCode);
        var entries = journal["entries"]!.AsArray();
        Assert.Equal(2, entries.Count);
        Assert.Equal(("unknown", "/nowhere?colour=blue", "Basic ***"),
            ((string?)entries[0]!["operation"], (string?)entries[0]!["target"], (string?)entries[0]!["headers"]!["Authorization"]));
        Assert.Equal(("bandwidth", "search_area_code", 200), ((string?)entries[1]!["carrier"], (string?)entries[1]!["operation"], (int)entries[1]!["status"]!));
        Assert.Contains("areaCode", (string)entries[1]!["body"]!, StringComparison.Ordinal);
        Assert.DoesNotContain("sandbox-developer-key", journal.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(1, await _lab.CountAsync("carrier=bandwidth&operation=search_area_code"));
        Assert.Equal(1, await _lab.CountAsync("from_seq=2"));
        var summary = await _lab.AskAsync("/journal/count");
        Assert.Equal((2, 2), ((int)summary["count"]!, (int)summary["without_tls"]!));
        Assert.InRange((int)summary["most_in_one_second"]!, 1, 2);
    }

    [Theory]
    [InlineData("/reset", """{"seed":1,"scale":0}""", 400)]
    [InlineData("/reset", """{"seed":"x"}""", 400)]
    [InlineData("/reset", """{"sed":1}""", 400)]
    [InlineData("/profile", """{"name":"sunny"}""", 400)]
    [InlineData("/profile", "{", 400)]
    [InlineData("/clock", """{"advance_s":-1}""", 400)]
    [InlineData("/clock", """{"freeze":"yes"}""", 400)]
    [InlineData("/stock", """{"carrier":"bandwidth","number":"+14155550100","status":"eaten"}""", 400)]
    [InlineData("/stock", """{"carrier":"nobody","number":"+14155550100","status":"taken"}""", 404)]
    [InlineData("/stock", """{"carrier":"bandwidth","number":"+10000000000","status":"taken"}""", 409)]
    [InlineData("/carriers/nobody/fly", "{}", 404)]
    [InlineData("/carriers/bandwidth/fly", "{}", 404)]
    [InlineData("/carriers/bandwidth/disconnect", """{"number":"+10000000000"}""", 400)]
    [InlineData("/tls", """{"certificate":"good"}""", 409)]
    public async Task The_control_interface_refuses_what_makes_no_sense(string path, string body, int status)
    {
        var (answered, answer) = await SandboxLab.TryTellAsync(_lab.Control, path, body);

        Assert.Equal(status, (int)answered);
        Assert.NotEqual("", (string?)answer["error"]);
    }

    [Fact]
    public async Task Another_customer_may_take_and_give_back_what_is_for_sale_but_never_what_is_ours()
    {
        var talk = _lab.Bandwidth();
        var numbers = (await talk.SearchAsync("503", 2)).Numbers;
        await talk.OrderAsync(numbers[1].Id, "ours");

        await Stock(numbers[0].TenDigit, "taken");
        Assert.Equal("failed", (await talk.OrderAsync(numbers[0].Id, "x")).Outcome);
        await Stock(numbers[0].TenDigit, "available");
        Assert.Equal("success", (await talk.OrderAsync(numbers[0].Id, "y")).Outcome);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Stock(numbers[1].TenDigit, "taken"));

        Task<JsonNode> Stock(string number, string status) =>
            _lab.TellAsync("/stock", $$"""{"carrier":"bandwidth","number":"+1{{number}}","status":"{{status}}"}""");
    }

    [Fact]
    public async Task Sales_outlive_the_process_in_a_folder_and_bring_seed_and_scale_with_them()
    {
        using var folder = new TemporaryFolder();
        var options = new SandboxOptions { Seed = 7, DataFolder = folder.Path };
        string number, order;
        await using (var first = await SandboxLab.StartAsync(options))
        {
            var wanted = (await first.Bandwidth().SearchAsync("919", 1)).Numbers[0];
            order = (await first.Bandwidth().OrderAsync(wanted.Id, "kept", "me")).OrderId!;
            number = wanted.TenDigit;
            await first.TellAsync("/stock", $$"""{"carrier":"bandwidth","number":"{{(await first.Bandwidth().SearchAsync("919", 1)).Numbers[0].TenDigit}}","status":"taken"}""");
        }

        // A line that a crash cut in two was never acknowledged.
        await File.AppendAllTextAsync(Path.Combine(folder.Path, "ledger.jsonl"), """[{"carrier":"bandwidth","kind":"so""", TestContext.Current.CancellationToken);

        await using var second = await SandboxLab.StartAsync(options with { Seed = 1 });
        Assert.Equal(("bandwidth", "+1" + number, "kept"), Assert.Single(await second.HeldAsync()));
        Assert.DoesNotContain((await second.Bandwidth().NumberAsync(number)).Numbers[0].Status, (string[])["Available", "Unavailable"]);
        var read = await second.Bandwidth().SendAsync("getNumberOrder", BandwidthTalk.Child("getType", "orderID"), BandwidthTalk.Child("getValue", order));
        Assert.Equal(number, read.Numbers[0].TenDigit);
        var free = (await second.Bandwidth().SearchAsync("919", 5000)).Numbers;
        Assert.Equal(148, free.Count); // three rate centres of 50, one sold, one taken
        Assert.NotEqual(order, (await second.Bandwidth().OrderAsync(free[0].Id, "next")).OrderId);
    }

    [Fact]
    public async Task A_reset_is_as_durable_as_a_sale()
    {
        using var folder = new TemporaryFolder();
        List<(string, string, string)> stock;
        await using (var first = await SandboxLab.StartAsync(new SandboxOptions { DataFolder = folder.Path }))
        {
            await first.Bandwidth().OrderAsync((await first.Bandwidth().SearchAsync("415", 1)).Numbers[0].Id, "before");
            await first.TellAsync("/reset", """{"seed":9,"scale":3}""");
            stock = [.. (await first.Bandwidth().SearchAsync("415", 5000)).Numbers];
            Assert.Equal("success", (await first.Bandwidth().OrderAsync(stock[5].Item1, "after")).Outcome);
        }

        await using var second = await SandboxLab.StartAsync(new SandboxOptions { DataFolder = folder.Path });
        Assert.Equal("after", Assert.Single(await second.HeldAsync()).Reference);
        Assert.Equal(stock.Where((_, at) => at != 5), (await second.Bandwidth().SearchAsync("415", 5000)).Numbers);
    }

    [Fact]
    public async Task A_rival_takes_what_was_for_sale_and_never_what_is_ours()
    {
        var wanted = (await _lab.Bandwidth().SearchAsync("415", 1)).Numbers[0];
        await _lab.Bandwidth().OrderAsync(wanted.Id, "ours");

        var taken = (await _lab.TellAsync("/rival", """{"carrier":"bandwidth","take":5000}"""))["taken"]!.AsArray().Select(number => (string?)number).ToList();

        Assert.Equal(2799, taken.Count);
        Assert.DoesNotContain("+1" + wanted.TenDigit, taken);
        Assert.Empty((await _lab.Bandwidth().SearchAsync("415", 1)).Numbers);
        Assert.Single(await _lab.HeldAsync());
    }

    [Fact]
    public async Task A_rival_goes_on_buying_until_told_to_stop()
    {
        await _lab.TellAsync("/rival", """{"carrier":"bandwidth","every_ms":1}""");
        while (await FreeAsync() == 150) await Task.Yield();
        await _lab.TellAsync("/rival", """{"carrier":"bandwidth","every_ms":0}""");

        var left = (await _lab.TellAsync("/rival", """{"carrier":"bandwidth","take":5000}"""))["taken"]!.AsArray().Count;

        Assert.InRange(left, 1, 2799);
        Assert.Equal(0, await FreeAsync());

        // Three rate centres of 50.
        async Task<int> FreeAsync() => (await _lab.Bandwidth().SearchAsync("919", 5000)).Numbers.Count;
    }

    [Fact]
    public async Task Thirty_two_buyers_of_the_same_numbers_get_each_number_once()
    {
        using var folder = new TemporaryFolder();
        await using var lab = await SandboxLab.StartAsync(new SandboxOptions { DataFolder = folder.Path });
        var numbers = (await lab.Bandwidth().SearchAsync("415", 25)).Numbers;

        var buyers = Enumerable.Range(0, 32).Select(async buyer =>
        {
            using var client = SandboxLab.NewClient(lab.Host.Address);
            var won = new List<string>();
            foreach (var number in numbers)
                if ((await lab.Bandwidth(client).OrderAsync(number.Id, $"buyer-{buyer}")).Outcome == "success") won.Add($"+1{number.TenDigit} buyer-{buyer}");
            return won;
        });
        var won = (await Task.WhenAll(buyers)).SelectMany(list => list).ToList();

        Assert.Equal(25, won.Count);
        Assert.Equal(won.Order(), (await lab.HeldAsync()).Select(held => $"{held.Number} {held.Reference}").Order());
        Assert.Equal(32 * 25, await lab.CountAsync("carrier=bandwidth&operation=order_create"));
        Assert.Equal(25, (await lab.AskAsync("/ledger"))["sold"]!.AsArray().Count);
    }

    [Fact]
    public async Task Tls_shows_a_certificate_of_the_generated_authority_or_a_bad_one_on_demand()
    {
        await using var lab = await SandboxLab.StartAsync(new SandboxOptions { Tls = true });
        Assert.Equal("https", lab.Host.Address.Scheme);
        using var root = X509Certificate2.CreateFromPem(lab.Host.AuthorityPem);

        Assert.Equal("success", await TryAsync());
        foreach (var bad in (string[])["expired", "wrong_host", "self_signed"])
        {
            await lab.TellAsync("/tls", $$"""{"certificate":"{{bad}}"}""");
            await Assert.ThrowsAsync<HttpRequestException>(TryAsync);
        }

        await lab.TellAsync("/tls", """{"certificate":"good"}""");
        Assert.Equal("success", await TryAsync());

        async Task<string?> TryAsync()
        {
            var handler = new SocketsHttpHandler { UseProxy = false };
            handler.SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { root },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            };
            using var client = new HttpClient(handler) { BaseAddress = lab.Host.Address };
            return (await lab.Bandwidth(client).SearchAsync("415", 1)).Outcome;
        }
    }

    [Fact]
    public async Task A_second_sandbox_on_the_same_folder_or_port_does_not_start()
    {
        using var folder = new TemporaryFolder();
        await using var first = await SandboxLab.StartAsync(new SandboxOptions { DataFolder = folder.Path });

        await Assert.ThrowsAsync<IOException>(() => SandboxLab.StartAsync(new SandboxOptions { DataFolder = folder.Path }));
        await Assert.ThrowsAsync<IOException>(() => SandboxLab.StartAsync(new SandboxOptions { Port = first.Host.Address.Port }));
        await Assert.ThrowsAsync<ArgumentException>(() => SandboxLab.StartAsync(new SandboxOptions { Profile = "sunny" }));
    }

    [Fact]
    public async Task A_ledger_that_somebody_wrote_in_is_refused()
    {
        using var folder = new TemporaryFolder();
        await using (await SandboxLab.StartAsync(new SandboxOptions { DataFolder = folder.Path }))
        {
        }

        await File.AppendAllTextAsync(Path.Combine(folder.Path, "ledger.jsonl"), "sold everything\n", TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<IOException>(() => SandboxLab.StartAsync(new SandboxOptions { DataFolder = folder.Path }));
    }
}
