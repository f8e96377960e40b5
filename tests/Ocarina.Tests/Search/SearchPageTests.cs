using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Ocarina.Core.Carriers;
using Ocarina.Manager.Jobs;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;
using static Ocarina.Tests.Search.ScriptedCarrier;

namespace Ocarina.Tests.Search;

/// <summary>Pages are cut by position from what was found (docs/decisions/0011-search-pages.md).</summary>
public sealed class SearchPageTests(SearchLabs labs) : IClassFixture<SearchLabs>
{
    private const int Generous = 60_000;
    private const int Short = 300;

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Pages_are_cut_from_one_result_and_carriers_are_asked_once(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var numbers = Enumerable.Range(0, 250).Select(i => $"+1209555{i:0000}").ToArray();
        var carrier = With("telnyx", numbers);
        await lab.UseAsync(Generous, carrier);

        var seen = new List<string>();
        for (var offset = 0; offset <= 250; offset += 40) seen.AddRange((await lab.SearchAsync($"209&quantity=40&offset={offset}")).Found());
        var beyond = await lab.SearchAsync("1209&quantity=40&offset=999"); // another spelling of the same question

        Assert.Equal(numbers, seen);
        Assert.Empty(beyond.Found());
        Assert.Equal("telnyx ok 250", beyond.Json.Carriers()[^1]);
        Assert.Single(carrier.Asked);
        await lab.SearchAsync("209&quantity=1");
        Assert.Equal(2, carrier.Asked.Count); // offset 0 asks anew
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Late_answers_stand_behind_the_rest_and_no_page_repeats_or_skips_a_row(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var (slow, slower) = (new TaskCompletionSource<FindReply>(), new TaskCompletionSource<FindReply>());
        await lab.UseAsync(Short, With("telnyx", "+12105550105", "+12105550107", "+12105550109"), Waiting("simwood", slow.Task), Waiting("vitelity", slower.Task));

        var first = await lab.SearchAsync("210&quantity=2");
        Assert.Equal(["telnyx ok 3", "simwood late 0", "vitelity late 0"], first.Json.Carriers()[^3..]);
        slower.SetResult(Found("+12105550108", "+12105550107", "+12105550102"));
        slow.SetResult(Found("+12105550104", "+12105550101", "+12105550102"));
        await lab.LateAsync();
        var second = await lab.SearchAsync("210&quantity=2&offset=2");
        var third = await lab.SearchAsync("210&quantity=9&offset=4");

        Assert.Equal(["+12105550105", "+12105550107"], first.Found());
        Assert.Equal("+12105550109", second.Found()[0]);
        string[] behind = [second.Found()[1], .. third.Found()];
        Assert.Equal(["+12105550101", "+12105550102", "+12105550104", "+12105550108"], behind.Order());
        // Each arrival is sorted within itself, whichever of the two came first.
        Assert.True(Array.IndexOf(behind, "+12105550101") < Array.IndexOf(behind, "+12105550104"));
        Assert.Equal(["telnyx ok 3", "simwood late 3", "vitelity late 3"], third.Json.Carriers()[^3..]);
        Assert.NotNull(await lab.OfferAsync(lab.Alice, "+12105550101"));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_late_answer_of_an_older_search_does_not_come_into_a_newer_one(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var slow = new TaskCompletionSource<FindReply>();
        await lab.UseAsync(Short, Waiting("telnyx", slow.Task), With("simwood", "+12125550105"));
        await lab.SearchAsync("212&quantity=9");
        await lab.UseAsync(Short, With("simwood", "+12125550106"));
        await lab.SearchAsync("212&quantity=9");

        slow.SetResult(Found("+12125550101"));
        await lab.LateAsync();

        Assert.Empty((await lab.SearchAsync("212&quantity=9&offset=1")).Found());
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_page_of_a_result_that_is_gone_repeats_the_search(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var carrier = With("telnyx", "+12135550101", "+12135550102", "+12135550103");
        await lab.UseAsync(Generous, carrier);
        await lab.SetAsync("""{"search_cache_ttl_s":60}""");
        await lab.SearchAsync("213");

        lab.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(["+12135550102"], (await lab.SearchAsync("213&offset=1")).Found());
        Assert.Single(carrier.Asked);
        lab.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(["+12135550103"], (await lab.SearchAsync("213&offset=2")).Found());
        Assert.Equal(2, carrier.Asked.Count);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Each_token_and_each_account_pages_what_it_found_itself(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var carrier = With("telnyx", "+12145550101", "+12145550102");
        await lab.UseAsync(Generous, carrier);
        await lab.SearchAsync("214");

        await lab.SearchAsync("214&offset=1", lab.Junior);
        Assert.Equal(2, carrier.Asked.Count);
        var key = (string?)(await lab.Server.SendAsync("GET", $"/v2/accounts/{lab.Alice}/api_key")).Data!["api_key"];
        lab.Clock.Advance(TimeSpan.FromSeconds(1));
        var other = (string?)(await lab.Server.SendAsync("PUT", "/v2/api_auth", $$$"""{"data":{"api_key":"{{{key}}}"}}""", token: "")).Json["auth_token"];
        await lab.SearchAsync("214&offset=1", token: other);
        Assert.Equal(3, carrier.Asked.Count);
        await lab.SearchAsync("214&offset=1");
        Assert.Equal(3, carrier.Asked.Count);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_timers_forget_what_nobody_pages_any_more(DatabaseKind kind)
    {
        await using var lab = await SearchLab.StartAsync(kind);
        await lab.UseAsync(Generous, With("telnyx", "+12185550101"));
        await lab.SetAsync("""{"search_cache_ttl_s":60}""");
        await lab.SearchAsync("218");
        var timers = lab.Server.Services.GetServices<IHostedService>().OfType<NumberTimers>().Single();

        await timers.RunPassAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, await lab.ExecuteAsync("UPDATE searches SET owner = owner"));
        lab.Clock.Advance(TimeSpan.FromSeconds(61));
        await timers.RunPassAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, await lab.ExecuteAsync("UPDATE searches SET owner = owner"));
        Assert.Equal(0, await lab.ExecuteAsync("UPDATE search_pages SET length = length"));
        Assert.NotNull(await lab.OfferAsync(lab.Alice, "+12185550101")); // still for sale
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Pages_and_offers_survive_the_process(DatabaseKind kind)
    {
        await using var lab = await SearchLab.StartAsync(kind);
        var carrier = With("telnyx", "+12155550101", "+12155550102");
        await lab.UseAsync(Generous, carrier);
        var token = await lab.Server.TokenAsync(lab.Alice);
        await lab.SearchAsync("215");

        await lab.Server.StopAsync();
        await lab.Server.StartAsync();

        Assert.Equal(["+12155550102"], (await lab.SearchAsync("215&offset=1", token: token)).Found());
        Assert.Single(carrier.Asked);
        Assert.NotNull(await lab.OfferAsync(lab.Alice, "+12155550101"));
    }
}
