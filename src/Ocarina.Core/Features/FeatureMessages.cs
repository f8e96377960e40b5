using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Ocarina.Core.Carriers;
using Ocarina.Core.Telling;

namespace Ocarina.Core.Features;

/// <summary>Writes notices of features out as the messages that receivers read (`http-api.md` 8.1; numbers.md 9.4). Pure.</summary>
public static class FeatureMessages
{
    /// <summary>The messages of one change.</summary>
    /// <param name="notices">What is to be told.</param>
    /// <param name="number">The number as the change leaves it.</param>
    /// <param name="actor">Who made the change.</param>
    /// <param name="prettyPrint">The number as people read it.</param>
    public static ImmutableArray<Message> Of(ImmutableArray<FeatureNotice> notices, NumberRecord number, Actor actor, Func<string, string> prettyPrint)
    {
        ArgumentNullException.ThrowIfNull(number);
        ArgumentNullException.ThrowIfNull(prettyPrint);
        return [.. notices.Select(notice => Of(notice, number, actor, prettyPrint(number.Number.ToString())))];
    }

    private static Message Of(FeatureNotice notice, NumberRecord number, Actor actor, string printed)
    {
        var who = actor.Account?.ToString() ?? actor.ToString();
        var payload = new JsonObject
        {
            ["number"] = printed,
            ["number_state"] = number.State.Name(),
            ["local_number"] = CarrierCatalogue.IsLocalFamilyMarker(number.Carrier),
        };
        string kind;
        switch (notice)
        {
            case FeatureNotice.CallerName name:
                kind = MessageKinds.CnamRequest;
                payload["acquired_for"] = who;
                payload["cnam"] = name.Settings.ToObject();
                break;
            case FeatureNotice.PortRequest request:
                kind = MessageKinds.PortRequest;
                payload["authorized_by"] = who;
                payload["port"] = request.Port.ToObject();
                break;
            case FeatureNotice.Ported ported:
                kind = MessageKinds.Ported;
                payload["authorized_by"] = who;
                payload["port"] = ported.Port.ToObject();
                break;
            case FeatureNotice.ManualAction manual:
                kind = MessageKinds.NumberFeatureManualAction;
                // Not the number as people read it: whoever switches it looks it up at the carrier.
                payload = new JsonObject
                {
                    ["number"] = number.Number.ToString(),
                    // The providers of messaging are called as their features are (9.1).
                    ["feature"] = new JsonObject { ["name"] = manual.Feature, ["provider"] = manual.Feature, ["action"] = manual.IsOn ? "activate" : "deactivate" },
                    ["to"] = new JsonObject { ["type"] = "original", ["email_addresses"] = new JsonArray(manual.To) },
                };
                break;
            default:
                throw new InvalidOperationException("The notices of features are a closed set.");
        }

        return new Message(kind, number.Account ?? number.PreviousAccount, number.Number, DocumentText.From(payload));
    }
}
