using System.Collections.Immutable;
using System.Text;
using Ocarina.Core;
using Ocarina.Core.Errors;
using Ocarina.Core.Features;
using Ocarina.Core.Ledger;
using Ocarina.Manager.Carriers;
using Ocarina.Storage;

namespace Ocarina.Manager.Operations;

/// <summary>The commands of <c>kazoo_numbers_maintenance</c> about the features that single numbers may use (`http-api.md` 10.3; numbers.md 9.3). For the super-duper admin.</summary>
public sealed class FeaturePermissions(NumberDesk desk)
{
    /// <summary>Name of the module, without <c>_maintenance</c>.</summary>
    internal const string Module = "kazoo_numbers";

    private static readonly string Known = $"Known features:\n\t{string.Join(' ', NumberFeatures.All)}\n";

    /// <summary>Runs one.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="function">The command.</param>
    /// <param name="arguments">As typed.</param>
    /// <param name="ct">Ends the waiting, not a write that began.</param>
    internal async Task<SupOutcome> RunAsync(Actor actor, string function, IReadOnlyList<string> arguments, CancellationToken ct)
    {
        Func<NumberRecord, string, NumberRecord>? change = function switch
        {
            "add_allowed_feature_on_number" => (number, feature) => number with { FeaturesAllowed = With(number.FeaturesAllowed, feature) },
            "remove_allowed_feature_on_number" => (number, feature) => number with { FeaturesAllowed = Without(number.FeaturesAllowed, feature) },
            "add_denied_feature_on_number" => (number, feature) => number with { FeaturesDenied = With(number.FeaturesDenied, feature) },
            "remove_denied_feature_on_number" => (number, feature) => number with { FeaturesDenied = Without(number.FeaturesDenied, feature) },
            _ => null,
        };
        if (change is not null)
        {
            if (arguments is not [var feature, var number]) return new SupOutcome.Usage($"{function} FEATURE NUMBER");
            return NumberFeatures.All.Contains(feature)
                ? new SupOutcome.Printed(await RunAsync(actor, number, record => change(record, feature), ct))
                : new SupOutcome.Printed($"Feature '{feature}' is not a known feature.\n{Known}");
        }

        return function switch
        {
            "all_features" => new SupOutcome.Printed(Known),
            "feature_permissions_on_number" when arguments is [var number] => new SupOutcome.Printed(await RunAsync(actor, number, record => record, ct)),
            "feature_permissions_on_number" => new SupOutcome.Usage($"{function} NUMBER"),
            _ => new SupOutcome.Unknown(),
        };
    }

    // What the number may not use any more goes with the change, as with any other (9.2).
    private async Task<string> RunAsync(Actor actor, string text, Func<NumberRecord, NumberRecord> change, CancellationToken ct)
    {
        if (actor.Account is not { } path) return $"Error with number {text}: {NumberErrors.Forbidden().Error}\n";
        return Answer(await desk.RunAsync(path, [text], Decide, WriteLane.Foreground, redoLost: true, ct));

        NumberPlan Decide(WantedNumber wanted, NumberRecord? record)
        {
            if (record is null) return new NumberPlan.Fail(wanted.Key, NumberErrors.NotFound(wanted.Key));
            var after = change(record);
            return after == record
                ? new NumberPlan.Keep(wanted.Key, record)
                : MovePlanner.WithFeatures(desk, wanted.Key, record, after with { AuthorizedBy = path.ToString() }, NumberActions.Updated, desk.Request(actor, record.Account));
        }
    }

    private static string Answer(IReadOnlyList<NumberResult> results) => results[0] switch
    {
        NumberResult.Done done => Print(done.Record),
        NumberResult.Failed failed => $"Error with number {failed.Key}: {failed.Error.Error}\n",
        var other => $"Error with number {other.Key}\n",
    };

    private static string Print(NumberRecord number) => new StringBuilder()
        .Append("Feature permissions on ").Append(number.Number).Append(":\n")
        .Append("\tFeatures allowed: ").AppendJoin(' ', number.FeaturesAllowed ?? []).Append('\n')
        .Append("\tFeatures denied: ").AppendJoin(' ', number.FeaturesDenied ?? []).Append('\n').ToString();

    private static ImmutableArray<string> With(ImmutableArray<string>? names, string feature) => [.. (names ?? []).Append(feature).Distinct().Order(StringComparer.Ordinal)];

    private static ImmutableArray<string>? Without(ImmutableArray<string>? names, string feature) =>
        names?.Remove(feature) is { IsEmpty: false } left ? left : null;
}
