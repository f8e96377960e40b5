using System.Text.Json.Nodes;
using Ocarina.Core.Normalization;
using Ocarina.Manager.Operations;
using Ocarina.Manager.Search;
using Ocarina.Storage;

namespace Ocarina.Server.Crossbar.PhoneNumbers;

/// <summary>Listing and classification (`http-api.md` 2.3, 2.10, 2.13).</summary>
internal static class NumberListEndpoints
{
    public static void MapNumberLists(this IEndpointRouteBuilder group)
    {
        group.MapGet("", ListOrSearch).WithName("phone_numbers.list").WithSummary("Lists the account's numbers; with `prefix`, searches for numbers to buy");
        group.MapGet("/classifiers", Classifiers).WithName("phone_numbers.classifiers").WithSummary("Lists the classes of numbers, in order");
        group.MapGet("/classifiers/{number}", Classify).WithName("phone_numbers.classify").WithSummary("Normalises, classifies and prints a number");
        group.MapGet("/{number}/identify", Identify).WithName("phone_numbers.identify").WithSummary("Says to which account a number routes");
    }

    private static Task<IResult> ListOrSearch(CrossbarRequest request, SearchOperation search, NumberDesk desk, NumbersDatabase numbers, CancellationToken ct) =>
        request.Parameter("prefix") is { } prefix
            ? NumberSearchEndpoints.SearchAsync(request, prefix, search, desk, ct)
            : AccountNumbers.ListAsync(request, desk, numbers, ct);

    private static IResult Classifiers(CrossbarRequest request, NumberDesk desk)
    {
        var classes = new JsonObject();
        foreach (var known in desk.RulesFor(request.TargetAccount.Id).Classes) classes[known.Name] = known.Settings.ToObject();
        return CrossbarResults.Ok(classes);
    }

    private static IResult Classify(string number, CrossbarRequest request, NumberDesk desk)
    {
        var rules = desk.RulesFor(request.TargetAccount.Id);
        var cleaned = NumberInput.Clean(number);
        var answer = new JsonObject();
        if (rules.Classify(cleaned) is { } found)
        {
            foreach (var (name, value) in found.Settings.ToObject()) answer[name] = value?.DeepClone();
            answer["name"] = found.Name;
        }

        answer["number"] = number;
        answer["e164"] = rules.Normalize(cleaned);
        answer["pretty"] = rules.PrettyPrint(cleaned);
        answer["reconcilable"] = rules.IsReconcilable(cleaned);
        return CrossbarResults.Ok(answer);
    }

    private static async Task<IResult> Identify(string number, CrossbarRequest request, IdentifyOperation identify, CancellationToken ct)
    {
        switch (await identify.RunAsync(request.Actor, request.TargetAccount.Id, number, ct))
        {
            case Identification.Routed routed:
                return CrossbarResults.Ok(new JsonObject { ["account_id"] = routed.Account.ToString(), ["number"] = routed.Number.ToString() });
            case Identification.NotRouted not:
                return CrossbarResults.Fail(400, "client error", new JsonObject { ["cause"] = not.Cause, ["account_id"] = not.Account.ToString(), ["number"] = not.Number.ToString() });
            case Identification.Unassigned:
                return CrossbarResults.Fail(400, "client error", JsonValue.Create("unassigned"));
            case Identification.Unknown { Error.IsNotFound: true }:
                return CrossbarResults.NotFoundNumber();
            case Identification.Unknown unknown:
                return CrossbarResults.Failed(unknown.Error);
            default:
                throw new InvalidOperationException("The answers of identify are a closed set.");
        }
    }
}
