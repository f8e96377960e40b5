using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Billing;

namespace Ocarina.Storage.Billing;

/// <summary>One charge at rest. Never changed once it is written.</summary>
/// <param name="Id">Sorts by its making.</param>
/// <param name="Cause">What caused it: an order's key, a number with its revision, <c>month</c>, or a top-up's own id.</param>
/// <param name="Line">What is charged, to whom.</param>
/// <param name="Period">First moment of the month that it belongs to, UTC.</param>
/// <param name="Account">The owner of the number, when it is about one.</param>
/// <param name="Number">The number, when it is about one.</param>
/// <param name="Reverses">The charge that it takes back.</param>
/// <param name="Created">When it was written.</param>
public sealed record ChargeRow(
    string Id, string Cause, ChargeLine Line, DateTimeOffset Period, AccountId? Account, PhoneNumber? Number, string? Reverses, DateTimeOffset Created)
{
    /// <summary>What is charged, as people and billing systems read it.</summary>
    public JsonObject Shown() => new()
    {
        ["id"] = Id,
        ["kind"] = Line.Kind.Name(),
        ["category"] = Line.Item.Category,
        ["item"] = Line.Item.Item,
        ["quantity"] = Line.Quantity,
        ["rate"] = Money.Node(Line.Rate),
        ["amount"] = Money.Node(Line.Amount),
        ["vendor_id"] = Line.Vendor.ToString(),
    };

    /// <summary>The month of a moment, by its first.</summary>
    public static DateTimeOffset MonthOf(DateTimeOffset time) => new(time.UtcDateTime.Year, time.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero);
}

/// <summary>Names of the kinds as they are stored.</summary>
public static class ChargeKinds
{
    /// <summary>The stored name.</summary>
    public static string Name(this ChargeKind kind) => kind switch
    {
        ChargeKind.Activation => "activation",
        ChargeKind.Recurring => "recurring",
        ChargeKind.TopUp => "top_up",
        ChargeKind.Reversal => "reversal",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>The kind of a name.</summary>
    public static bool TryParse(string? name, out ChargeKind kind)
    {
        foreach (var known in Enum.GetValues<ChargeKind>())
        {
            if (known.Name() != name) continue;
            kind = known;
            return true;
        }

        kind = default;
        return false;
    }
}
