using Ocarina.Storage;
using Ocarina.Tests.PhoneNumbers;
using Ocarina.Tests.Support;
using Xunit;
using static Ocarina.Tests.PhoneNumbers.NumberLab;

namespace Ocarina.Tests.Features;

/// <summary>The lists of a single number, as operators set them (numbers.md 9.3; `http-api.md` 10.3).</summary>
public sealed class FeaturePermissionTests(NumberLabs labs) : IClassFixture<NumberLabs>
{
    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    [Theory, MemberData(nameof(Both))]
    public async Task What_a_number_may_use_is_set_shown_and_obeyed(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Alice);
        Assert.Equal(200, (await PrependAsync()).Status);

        Assert.Equal($"Feature permissions on {number}:\n\tFeatures allowed: \n\tFeatures denied: \n", await SupAsync("feature_permissions_on_number", number));
        Assert.Equal($"Feature permissions on {number}:\n\tFeatures allowed: \n\tFeatures denied: prepend\n", await SupAsync("add_denied_feature_on_number", "prepend", number));
        var shown = (await lab.GetAsync(lab.Alice, number)).Data!;
        Assert.DoesNotContain("prepend", shown["_read_only"]!["features"]!["available"].Names());
        Assert.Empty(shown["features"].Names()); // it went with the change
        Assert.Equal(403, (await PrependAsync("Other: ")).Status);

        await SupAsync("remove_denied_feature_on_number", "prepend", number);
        Assert.Equal(200, (await PrependAsync("Other: ")).Status);
        Assert.Equal($"Feature permissions on {number}:\n\tFeatures allowed: e911\n\tFeatures denied: \n", await SupAsync("add_allowed_feature_on_number", "e911", number));
        Assert.Equal(["e911"], (await lab.GetAsync(lab.Alice, number)).Data!["_read_only"]!["features"]!["available"].Names());
        Assert.Equal($"Feature permissions on {number}:\n\tFeatures allowed: \n\tFeatures denied: \n", await SupAsync("remove_allowed_feature_on_number", "e911", number));

        Task<Reply> PrependAsync(string name = "Sales: ") =>
            lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, number), $$$"""{"prepend":{"enabled":true,"name":"{{{name}}}"}}""");

        async Task<string> SupAsync(params string[] words) =>
            (string)(await lab.Server.SendAsync("GET", $"/v2/sup/kazoo_numbers/{string.Join('/', words.Select(Uri.EscapeDataString))}")).Data!; // a text
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Names_and_numbers_that_nobody_knows_are_said(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        const string known = "Known features:\n\tfailover force_outbound prepend ringback cnam inbound_cnam outbound_cnam e911 port sms mms carrier_name\n";

        Assert.Equal(known, (string?)(await lab.Server.SendAsync("GET", "/v2/sup/kazoo_numbers_maintenance/all_features")).Data);
        Assert.Equal($"Feature 'x' is not a known feature.\n{known}", (string?)(await lab.Server.SendAsync("GET", "/v2/sup/kazoo_numbers/add_allowed_feature_on_number/x/%2B14155550199")).Data);
        Assert.Equal("Error with number +14155550199: not_found\n", (string?)(await lab.Server.SendAsync("GET", "/v2/sup/kazoo_numbers/feature_permissions_on_number/%2B14155550199")).Data);
        Assert.Equal(400, (await lab.Server.SendAsync("GET", "/v2/sup/kazoo_numbers/feature_permissions_on_number")).Status);
        Assert.Equal(403, (await lab.CallAsync(lab.Alice, "GET", "/v2/sup/kazoo_numbers/all_features")).Status);
    }
}
