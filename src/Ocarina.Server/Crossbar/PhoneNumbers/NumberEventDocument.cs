using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Manager.Operations;

namespace Ocarina.Server.Crossbar.PhoneNumbers;

/// <summary>An event of a number as clients see it (`http-api.md` 2.14).</summary>
internal static class NumberEventDocument
{
    /// <summary>In a list of one number's events.</summary>
    public static JsonObject Render(VisibleEvent seen, CrossbarRequest request, NumberDesk desk)
    {
        var row = new JsonObject { ["seq"] = seen.Seq, ["revision"] = seen.Revision, ["time"] = seen.Time.ToGregorianSeconds() };
        if (seen.Actor is not null) row["actor"] = seen.Actor;
        row["action"] = seen.Action;
        if (seen.Reason is not null) row["reason"] = seen.Reason;
        if (seen.Before is not null) row["before"] = Side(seen.Before);
        if (seen.After is not null) row["after"] = Side(seen.After);
        row["hash"] = seen.Hash;
        return row;

        JsonObject Side(NumberRecord record)
        {
            if (seen.IsFullView) return NumberDocument.RenderAll(record, request.Actor, desk);
            var document = NumberDocument.Render(record, request.Actor, desk);
            if (record.Account is { } owner) document["assigned_to"] = owner.ToString();
            return document;
        }
    }

    /// <summary>Among the events of many numbers.</summary>
    public static JsonObject RenderWithNumber(PhoneNumber number, VisibleEvent seen, CrossbarRequest request, NumberDesk desk)
    {
        var row = Render(seen, request, desk);
        row.Insert(0, "number", number.ToString());
        return row;
    }
}
