using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Manager.Operations;
using Ocarina.Manager.Search;

namespace Ocarina.Server.Crossbar.PhoneNumbers;

/// <summary>Search, and what belongs to it (`http-api.md` 2.4, 2.9, 2.11).</summary>
internal static class NumberSearchEndpoints
{
    public static void MapNumberSearch(this IEndpointRouteBuilder group)
    {
        group.MapGet("/carriers_info", ShowCarriers).WithName("phone_numbers.carriers_info").WithSummary("Says which carriers may be named, and how long a prefix may be");
        group.MapPost("/check", Check).WithName("phone_numbers.check").WithSummary("Says of each listed number whether it could be bought now");
    }

    public static void MapPublicSearch(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v2/phone_numbers", SearchPublic).Allow(Access.Public).WithTags("Phone numbers").WithName("phone_numbers.search_public")
            .WithSummary("Searches without an account, where that is allowed");

    /// <summary>The search of an account.</summary>
    public static Task<IResult> SearchAsync(CrossbarRequest request, string prefix, SearchOperation search, NumberDesk desk, CancellationToken ct) =>
        NumberSearchInput.Read(request, prefix, desk, out var wanted) is { } bad
            ? Task.FromResult(bad)
            : AnswerAsync(request, new SearchCaller(request.TargetAccount.Id, SessionOf(request)), wanted, search, desk, ct);

    /// <summary>The members that stand beside the rows.</summary>
    internal static JsonObject Beside(SearchPage page, bool forAdmins)
    {
        var beside = new JsonObject();
        if (page.Offers.Count > 0) beside["offers"] = new JsonArray([.. page.Offers.Select(offer => offer.DeepClone())]);
        beside["carriers"] = new JsonArray([.. page.Carriers.Select(carrier => (JsonNode)carrier.ToJson(forAdmins))]);
        return beside;
    }

    internal static JsonArray Rows(IEnumerable<SearchRow> rows) => [.. rows.Select(row => (JsonNode)row.ToJson())];

    private static Task<IResult> SearchPublic(CrossbarRequest request, SearchOperation search, NumberDesk desk, CancellationToken ct)
    {
        if (NumberSearchInput.Read(request, request.Parameter("prefix"), desk, out var wanted) is { } bad) return Task.FromResult(bad);
        if (request.SignedIn is { } who) return AnswerAsync(request, new SearchCaller(who.Account.Id, SessionOf(request)), wanted, search, desk, ct);

        var reseller = desk.Tree.Master;
        if (request.Parameter("reseller_id") is { } named)
        {
            if (!AccountId.TryParse(named, out reseller) || desk.Tree.Find(reseller) is not { Enabled: true, IsReseller: true })
                return Task.FromResult(CrossbarResults.Fail(404, "nonexistent reseller_id", new JsonObject { ["message"] = "nonexistent reseller_id" }));
        }

        return desk.AllowsPublicSearch(reseller)
            ? AnswerAsync(request, new SearchCaller(reseller, request.Http.Connection.RemoteIpAddress?.ToString() ?? "", IsStranger: true), wanted, search, desk, ct)
            : Task.FromResult(CrossbarResults.Fail(404, "number search restricted", new JsonObject { ["message"] = "number search restricted" }));
    }

    private static async Task<IResult> AnswerAsync(
        CrossbarRequest request, SearchCaller caller, NumberSearch wanted, SearchOperation search, NumberDesk desk, CancellationToken ct)
    {
        var forAdmins = request.IsAuthenticated && desk.Tree.IsAdmin(request.Actor);
        if (request.Flag("stream")) return new SearchStream(search.StreamAsync(caller, wanted, ct), forAdmins);
        var page = await search.RunAsync(caller, wanted, ct);
        return CrossbarResults.Found(Rows(page.Rows), Beside(page, forAdmins));
    }

    // With account and password a token is made for each request; then the header names the caller.
    private static string SessionOf(CrossbarRequest request) =>
        request.Http.Request.Headers.Authorization.ToString() is { Length: > 0 } header ? header : request.SignedIn?.Token ?? "";

    private static IResult ShowCarriers(CrossbarRequest request, CarriersInfoOperation carriers)
    {
        var info = carriers.Run(request.Actor, request.TargetAccount.Id);
        return CrossbarResults.Ok(new JsonObject
        {
            ["maximal_prefix_length"] = info.PrefixLengthMax,
            ["usable_carriers"] = new JsonArray([.. info.Usable.Select(name => (JsonNode)name.ToString())]),
            ["usable_creation_states"] = new JsonArray([.. info.CreationStates.Select(state => (JsonNode)state.Name())]),
        });
    }

    private static async Task<IResult> Check(CrossbarRequest request, CheckOperation check, NumberDesk desk, CancellationToken ct)
    {
        if (NumberList.TryRead(request, desk, out var numbers) is { } bad) return bad;
        var answer = new JsonObject();
        foreach (var (key, canBeBought) in await check.RunAsync(request.Actor, request.TargetAccount.Id, numbers, ct)) answer[key] = canBeBought ? "success" : "error";
        return CrossbarResults.Ok(answer);
    }
}
