using System.Net;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;
using static Ocarina.Tests.Search.ScriptedCarrier;

namespace Ocarina.Tests.Search;

/// <summary>`http-api.md` 2.9 and 2.11: what a client asks before it searches and before it buys.</summary>
public sealed class CheckAndInfoTests(SearchLabs labs) : IClassFixture<SearchLabs>
{
    private const int Generous = 60_000;

    private static readonly CarrierInfo Checks = new(CarrierCapabilities.Searches | CarrierCapabilities.Checks, 3, []);

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Stock_is_known_and_carriers_are_asked_about_what_they_offered(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var asked = new List<PhoneNumber>();
        await lab.HaveAsync("available", "+13015550101");
        await lab.HaveAsync("in_service", "+13015550102", owner: lab.Alice);
        await lab.HaveAsync("aging", "+13015550103");
        await lab.UseAsync(Generous, new ScriptedCarrier("telnyx", (_, _, _) => Task.FromResult(Found("+13015550104", "+13015550105", "+13015550106")))
        {
            Info = Checks,
            Check = (numbers, _) =>
            {
                asked.AddRange(numbers);
                return Task.FromResult<IReadOnlyDictionary<PhoneNumber, CarrierCheck>>(new Dictionary<PhoneNumber, CarrierCheck>
                {
                    [PhoneNumber.Parse("+13015550104")] = CarrierCheck.Available, [PhoneNumber.Parse("+13015550105")] = CarrierCheck.Unavailable,
                });
            },
        }, With("simwood", "+13015550107"));
        await lab.SearchAsync("301&quantity=50");

        var reply = await lab.CallAsync(
            lab.Junior, "POST", "/check", """{"numbers":["3015550101","+13015550102","+13015550103","+13015550104","+13015550105","+13015550106","+13015550107","+13015550108","abc"]}""");

        reply.HasData(HttpStatusCode.OK, """
            {"+13015550101":"success","+13015550102":"error","+13015550103":"error","+13015550104":"success","+13015550105":"error","+13015550106":"error","+13015550107":"success",
             "+13015550108":"error","abc":"error"}
            """);
        Assert.Equal(["+13015550104", "+13015550105", "+13015550106"], asked.Select(number => number.ToString()).Order());
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_check_ends_at_the_deadline_and_never_fails(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        await lab.UseAsync(
            300,
            new ScriptedCarrier("telnyx", (_, _, _) => Task.FromResult(Found("+13025550101"))) { Info = Checks, Check = (_, _) => new TaskCompletionSource<IReadOnlyDictionary<PhoneNumber, CarrierCheck>>().Task },
            new ScriptedCarrier("simwood", (_, _, _) => Task.FromResult(Found("+13025550102"))) { Info = Checks, Check = (_, _) => throw new InvalidOperationException("a fault of the module") },
            new ScriptedCarrier("vitelity", (_, _, _) => Task.FromResult(Found("+13025550103"))) { Info = Checks });
        await lab.SearchAsync("302&quantity=50");

        var reply = await lab.CallAsync(lab.Alice, "POST", "/check", """{"numbers":["+13025550101","+13025550102","+13025550103"]}""");

        // The third says that it has no such question: then its offer is all that is known.
        reply.HasData(HttpStatusCode.OK, """{"+13025550101":"error","+13025550102":"error","+13025550103":"success"}""");
        Assert.Equal(400, (await lab.CallAsync(lab.Alice, "POST", "/check", "{}")).Status);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_shortest_prefix_of_those_that_are_searched_limits_all(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        await lab.UseAsync(Generous);
        (await lab.CallAsync(lab.Alice, "GET", "/carriers_info")).HasData(
            HttpStatusCode.OK, """{"maximal_prefix_length":10,"usable_carriers":["inventory","local"],"usable_creation_states":[]}""");

        await lab.UseAsync(
            Generous, new ScriptedCarrier("telnyx", (_, _, _) => Task.FromResult(FindReply.Empty)) { Info = new CarrierInfo(CarrierCapabilities.Searches, 6, []) },
            new ScriptedCarrier("didww", (_, _, _) => Task.FromResult(FindReply.Empty)) { Info = new CarrierInfo(CarrierCapabilities.None, 3, []) });
        (await lab.CallAsync(lab.Alice, "GET", "/carriers_info")).HasData(
            HttpStatusCode.OK, """{"maximal_prefix_length":6,"usable_carriers":["didww","inventory","local","telnyx"],"usable_creation_states":[]}""");
        (await lab.CallAsync(lab.Server.Master, "GET", "/carriers_info")).HasData(HttpStatusCode.OK, """
            {"maximal_prefix_length":6,"usable_carriers":["didww","inum","inventory","local","managed","mdn","other","telnyx"],
             "usable_creation_states":["aging","available","in_service","port_in","reserved"]}
            """);
        await lab.Server.SendAsync("PATCH", $"/v2/accounts/{lab.Alice}", """{"data":{"wnm_allow_additions":true}}""");
        Assert.Equal("""["in_service","reserved"]""", (await lab.CallAsync(lab.Alice, "GET", "/carriers_info")).Data!["usable_creation_states"]!.ToJsonString());
    }
}
