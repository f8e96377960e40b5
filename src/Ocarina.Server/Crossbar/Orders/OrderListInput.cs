using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Manager.Orders;
using Ocarina.Server.Crossbar.Validation;
using Ocarina.Storage.Orders;

namespace Ocarina.Server.Crossbar.Orders;

/// <summary>Which orders a listing asks for: by name (<c>state=waiting</c>), or as filters of `http-api.md` 1.8 (<c>filter_state=waiting</c>).</summary>
internal static class OrderListInput
{
    public static readonly ImmutableArray<string> Kinds = [.. Enum.GetValues<OrderKind>().Select(kind => kind.Name())];
    public static readonly ImmutableArray<string> Phases = [.. Enum.GetValues<OrderPhase>().Select(phase => phase.Name())];
    public static readonly ImmutableArray<string> Outcomes = [.. Enum.GetValues<OrderOutcome>().Select(outcome => outcome.Name())];

    /// <summary>Reads them.</summary>
    /// <returns>The reply to wrong ones, or to a number that nobody can have ordered; <see langword="null"/> when there is something to look for.</returns>
    public static IResult? Read(CrossbarRequest request, OrderReadOperation orders, out OrderQuery query)
    {
        query = new OrderQuery { PageSize = request.Paging is { IsAll: false, Size: var size } ? size : PageRequest.SizeDefault };
        var problems = new List<FieldProblem>();
        if (Given(request, "kind") is { } kind)
        {
            if (OrderNames.TryParse(kind, out OrderKind known)) query = query with { Kind = known };
            else problems.Add(FieldProblem.Enum("kind", Kinds, kind));
        }
        if (Given(request, "state") is { } state)
        {
            if (OrderNames.TryParse(state, out OrderPhase known)) query = query with { Phase = known };
            else problems.Add(FieldProblem.Enum("state", Phases, state));
        }
        if (Given(request, "outcome") is { } outcome)
        {
            if (OrderNames.TryParse(outcome, out OrderOutcome known)) query = query with { Outcome = known };
            else problems.Add(FieldProblem.Enum("outcome", Outcomes, outcome));
        }
        if (request.Query("open") is { Length: > 0 } open) query = query with { IsOpen = CrossbarRequest.IsYes(open) };
        if (Given(request, "carrier") is { } carrier) query = query with { Carrier = CarrierName.Parse(carrier) };
        if (request.Paging.StartKey is { } start)
        {
            if (OrderKey.TryParse(start, out var key)) query = query with { StartAt = key };
            else problems.Add(FieldProblem.Invalid("start_key", "The key is no order's", start));
        }
        if (problems.Count > 0) return CrossbarResults.Validation(problems);
        if (Given(request, "number") is not { } text) return null;
        if (orders.NumberOf(request.TargetAccount.Id, text) is not { } number) return Nothing(request);
        query = query with { Number = number };
        return null;
    }

    private static string? Given(CrossbarRequest request, string name) => (request.Query(name) ?? request.Query($"filter_{name}")) is { Length: > 0 } value ? value : null;

    private static IResult Nothing(CrossbarRequest request) =>
        request.Paging.IsAll ? CrossbarResults.List(new JsonArray()) : CrossbarResults.Page(new JsonArray(), 0, request.Paging.StartKey, null);
}
