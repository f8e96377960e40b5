using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Ocarina.Tests.Server;

/// <summary>`http-api.md` 1.7, 1.8, 1.9: pages, filters, CSV.</summary>
public sealed class ListingTests(ChassisHost host) : IClassFixture<ChassisHost>
{
    private const string Things = $"/v2/accounts/{ChassisHost.Child}/things";

    private async Task<string> IdsAsync(string query) =>
        string.Join(',', (await host.SendAsync("GET", $"{Things}{query}")).Data!.AsArray().Select(row => row!["id"]!.GetValue<string>()));

    [Fact]
    public async Task Pages_follow_each_other_to_the_end()
    {
        var first = await host.SendAsync("GET", $"{Things}?page_size=2");
        Assert.Equal(2, first.Json["page_size"]!.GetValue<int>());
        Assert.False(first.Json.ContainsKey("start_key"));
        var next = first.Json["next_start_key"]!.GetValue<string>();
        Assert.Matches("^[A-Za-z0-9_-]+$", next);

        var second = await host.SendAsync("GET", $"{Things}?page_size=2&start_key={next}");
        Assert.Equal(next, second.Json["start_key"]!.GetValue<string>());
        Assert.Equal("k2", second.Data![0]!["id"]!.GetValue<string>());

        var last = await host.SendAsync("GET", $"{Things}?page_size=2&start_key={second.Json["next_start_key"]}");
        Assert.Equal(1, last.Json["page_size"]!.GetValue<int>());
        Assert.False(last.Json.ContainsKey("next_start_key"));
    }

    [Fact]
    public async Task Raw_keys_are_accepted() => Assert.Equal("k3,k4", await IdsAsync("?start_key=k3"));

    [Theory]
    [InlineData("?page_size=0")]
    [InlineData("?page_size=-3")]
    [InlineData("?page_size=many")]
    public async Task A_page_size_that_is_none_is_the_default(string query) => Assert.Equal("k0,k1,k2,k3,k4", await IdsAsync(query));

    [Fact]
    public async Task Without_pagination_the_three_members_are_left_out() => (await host.SendAsync("GET", $"{Things}?paginate=false&page_size=1&filter_id=k1"))
        .Is(HttpStatusCode.OK, """{"data":[{"id":"k1","size":1}],"status":"success"}""");

    [Fact]
    public async Task An_empty_listing_is_an_empty_list() => (await host.SendAsync("GET", $"{Things}?filter_id=none"))
        .Is(HttpStatusCode.OK, """{"data":[],"status":"success","page_size":0}""");

    [Fact]
    public async Task Descending_turns_the_order_round_and_pages_that_way()
    {
        Assert.Equal("k4,k3,k2,k1,k0", await IdsAsync("?descending=true"));
        Assert.Equal("k2,k1", await IdsAsync("?descending=true&start_key=k2&page_size=2"));
    }

    [Theory]
    [InlineData("?filter_size=3", "k3")]
    [InlineData("?filter_id=%5B%22k1%22,%22k2%22%5D", "k1,k2")]
    [InlineData("?filter_not_size=3", "k0,k1,k2,k4")]
    [InlineData("?has_key=id&filter_not_id=k0", "k1,k2,k3,k4")]
    [InlineData("?has_key=none", "")]
    [InlineData("?key_missing=none&filter_size=1", "k1")]
    [InlineData("?has_key[]=id&has_key[]=none", "")]
    [InlineData("?has_value=id&filter_size=1", "k1")]
    [InlineData("?value_missing=id", "")]
    [InlineData("?created_from=1&created_to=2", "k1,k2")]
    [InlineData("?modified_from=1", "")]
    public async Task Filters_are_combined(string query, string expected) => Assert.Equal(expected, await IdsAsync(query));

    [Fact]
    public async Task A_listing_as_csv()
    {
        var reply = await host.SendAsync("GET", $"{Things}?accept=csv&page_size=2&file_name=my%20%22things%22.csv");

        Assert.Equal("text/csv", reply.Header("Content-Type"));
        Assert.Equal("attachment; filename=\"mythings.csv\"", reply.Header("Content-Disposition"));
        Assert.Equal("id,size\r\nk0,0\r\nk1,1\r\n", reply.Text);

        var byHeader = await host.SendAsync("GET", $"{Things}?page_size=1", more: request => request.Headers.Add("Accept", "text/csv"));
        Assert.Equal("id,size\r\nk0,0\r\n", byHeader.Text);
        var forced = await host.SendAsync("GET", $"{Things}?accept=json", more: request => request.Headers.Add("Accept", "text/csv"));
        Assert.IsType<JsonArray>(forced.Data);
    }
}
