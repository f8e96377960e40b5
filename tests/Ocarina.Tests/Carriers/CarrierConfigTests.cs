using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Configuration;
using Xunit;

namespace Ocarina.Tests.Carriers;

/// <summary>Every wrong value of a carrier's document is refused by the name of its key (carriers.md chapter 8, C03).</summary>
public sealed class CarrierConfigTests
{
    [Theory]
    [InlineData("bandwidth", "numbers_api_url", "\"numbers.api\"")]
    [InlineData("bandwidth", "numbers_api_url", "\"https://me:word@example.net/\"")]
    [InlineData("bandwidth", "numbers_api_url", "\"http://labs.example.net/numbers.api\"")]
    [InlineData("bandwidth", "developer_key", "\"with blank\"")]
    [InlineData("bandwidth", "debug", "\"yes\"")]
    [InlineData("bandwidth", "order_name_prefix", "\"more than forty characters are too many here\"")]
    [InlineData("bandwidth", "endpoints", "[\"198.51.100.7\",\"not a host\"]")]
    [InlineData("bandwidth", "endpoints", "[\"a1\",\"a2\",\"a3\",\"a4\",\"a5\",\"a6\",\"a7\",\"a8\",\"a9\",\"b1\",\"b2\",\"b3\",\"b4\",\"b5\",\"b6\",\"b7\",\"b8\",\"b9\",\"c1\",\"c2\",\"c3\"]")]
    [InlineData("bandwidth", "tollfree_password", "null", "\"tollfree_login\":\"me\"")]
    [InlineData("bandwidth", "tollfree_login", "null", "\"tollfree_password\":\"word\"")]
    [InlineData("bandwidth", "processing_type", "\"perhaps\"")]
    [InlineData("bandwidth", "max_search_quantity", "5001")]
    [InlineData("bandwidth", "rate_limit_per_s", "0")]
    [InlineData("bandwidth", "connect_timeout_ms", "99")]
    [InlineData("bandwidth", "request_timeout_ms", "180001")]
    [InlineData("bandwidth", "acquire_wait_ms", "-1")]
    [InlineData("bandwidth", "order_give_up_s", "60")]
    [InlineData("bandwidth", "recover_lag_s", "0")]
    [InlineData("bandwidth", "settle_max_interval_s", "3601")]
    [InlineData("bandwidth", "max_in_flight", "65")]
    [InlineData("bandwidth", "proxy_url", "\"socks5://proxy\"")]
    [InlineData("bandwidth", "extra_headers", "{\"Authorization\":\"x\"}")]
    [InlineData("bandwidth", "extra_headers", "{\"X-Y\":\"a\\r\\nb\"}")]
    [InlineData("bandwidth", "release_via", "\"telnyx\"")]
    [InlineData("bandwidth2", "account_id", "\"12a\"")]
    [InlineData("bandwidth2", "site_id", "\"x\"")]
    [InlineData("bandwidth2", "client_secret", "null", "\"client_id\":\"me\"")]
    [InlineData("bandwidth2", "api_version", "\"v3\"")]
    [InlineData("bandwidth2", "disconnect_mode", "\"soft-remove\"")]
    [InlineData("bandwidth2", "base_url", "\"http://dashboard.example.net/api\"")]
    [InlineData("voxbone", "page_size", "0")]
    [InlineData("voxbone", "page_size", "5001")]
    [InlineData("voxbone", "auth_scheme", "\"digest\"")]
    [InlineData("voxbone", "search_mode", "\"all\"")]
    [InlineData("voxbone", "api_key", "\"a key\"")]
    [InlineData("voxbone", "regulation_address_id", "{\"BE\":\"x\"}")]
    [InlineData("voxbone", "regulation_address_id", "\"x\"")]
    [InlineData("other", "default_country", "\"USA\"")]
    [InlineData("other", "phonebook_url", "\"book\"")]
    public void A_wrong_value_is_named(string carrier, string key, string value, string more = "\"x_other\":1")
    {
        var problems = Problems(carrier, $$"""{"{{key}}":{{value}},{{more}}}""");

        Assert.Contains(problems, problem => !problem.IsWarning && problem.Path.Split('.')[0] == key);
    }

    [Theory]
    [InlineData("bandwidth", """{"numbers_api_url":"http://127.0.0.1:8080/bw1/numbers.api","developer_key":9,"debug":"true","endpoints":"2001:db8::1","max_search_quantity":"5","rate_limit_per_s":"0.5"}""")]
    [InlineData("bandwidth2", """{"account_id":20902288,"site_id":1234,"sip_peer":"","order_name_prefix":"longer than twenty-two characters"}""")]
    [InlineData("voxbone", """{"api_key":"{API KEY}","regulation_address_id":{"BE":5,"FR":"6"},"max_page_size":100}""")]
    [InlineData("other", """{"phonebook_url":"https://book.example.net/v1/","api_token":{"$env":"TOKEN"}}""")]
    public void Kindly_written_values_are_taken(string carrier, string section) => Assert.Empty(Problems(carrier, section));

    [Fact]
    public void What_is_doubtful_is_said_and_taken()
    {
        Assert.Equal(("mystery", true), Only("bandwidth", """{"mystery":1}"""));
        Assert.Equal(("developer_key", true), Only("bandwidth", """{"tollfree_login":"me","tollfree_password":"word"}"""));
        Assert.Equal(("numbers_api_url", true), Only("bandwidth", """{"numbers_api_url":"http://labs.example.net/x","allow_plain_http":true}"""));
    }

    [Fact]
    public void A_section_of_a_node_is_checked_together_with_what_is_below_it()
    {
        const string Good = """{"default":{"tollfree_login":"me","tollfree_password":"word","developer_key":"k"},"node@one":{"tollfree_login":"another"}}""";

        Assert.Empty(ConfigSections.Validate("number_manager.bandwidth", ConfigJson.Parse(Good)));
        Assert.Contains(ConfigSections.Validate("number_manager.bandwidth", ConfigJson.Parse("""{"default":{},"node@one":{"tollfree_login":"another"}}""")), problem => problem.Path == "node@one.tollfree_password");
    }

    [Fact]
    public void A_plug_ins_keys_are_known_beside_the_common_ones()
    {
        ConfigSchemas.LearnCarrier(CarrierName.Parse("learnt"), [new CarrierKey("region", CarrierKeyKind.Text) { Default = "\"eu\"", Names = ["eu", "us"] }]);

        ConfigSchemas.TryGetDefaults("number_manager.learnt", out var defaults);
        Assert.Equal("eu", (string?)defaults["region"]);
        Assert.Contains(ConfigSchemas.Validate("number_manager.learnt", ConfigJson.Parse("""{"region":"asia"}""")), problem => problem.Path == "region");
        Assert.Contains(ConfigSchemas.Validate("number_manager.learnt", ConfigJson.Parse("""{"max_in_flight":0}""")), problem => problem.Path == "max_in_flight");
    }

    [Theory]
    [InlineData("bandwidth")]
    [InlineData("bandwidth2")]
    [InlineData("voxbone")]
    [InlineData("other")]
    public void Every_key_is_in_the_reference(string carrier)
    {
        var page = Architecture.Repository.Read("docs/reference/carrier-keys.md");

        Assert.All(ConfigDocuments.All[$"number_manager.{carrier}"], key => Assert.Contains($"`{key.Name}`", page, StringComparison.Ordinal));
    }

    private static IReadOnlyList<ConfigProblem> Problems(string carrier, string section) => ConfigSchemas.Validate($"number_manager.{carrier}", ConfigJson.Parse(section));

    private static (string, bool) Only(string carrier, string section)
    {
        var problem = Assert.Single(Problems(carrier, section));
        return (problem.Path, problem.IsWarning);
    }
}
