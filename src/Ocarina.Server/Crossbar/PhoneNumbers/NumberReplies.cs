using System.Text.Json.Nodes;
using Ocarina.Core.Accounts;
using Ocarina.Manager.Operations;
using Ocarina.Server.Crossbar.Orders;

namespace Ocarina.Server.Crossbar.PhoneNumbers;

/// <summary>Results of operations on numbers as replies: one number (`http-api.md` 2.5) or a collection (2.8).</summary>
internal static class NumberReplies
{
    /// <summary>One number's document, or its error.</summary>
    /// <param name="result">What became of it.</param>
    /// <param name="request">The request.</param>
    /// <param name="desk">For the features that may be used.</param>
    /// <param name="hidesUnknown">True where an unknown number answers <c>bad_identifier</c>, as reading does; false answers the number error.</param>
    public static IResult One(NumberResult result, CrossbarRequest request, NumberDesk desk, bool hidesUnknown = true)
    {
        if (ChargeReplies.IsToldThePrice(request, [result])) return ChargeReplies.Told(request, [result], desk);
        switch (result)
        {
            case NumberResult.Done done:
                var document = Document(done, request, desk);
                return CrossbarResults.Ok(document, NumberDocument.Revision(done.Record), document["_read_only"]?.DeepClone().AsObject());
            case NumberResult.Pending pending:
                var shown = Document(pending, request, desk);
                var revision = pending.Record.Revision > 0 ? NumberDocument.Revision(pending.Record) : null;
                // Reading it is done; what it waits for is not.
                return request.Method == "GET"
                    ? CrossbarResults.Ok(shown, revision, shown["_read_only"]?.DeepClone().AsObject())
                    : CrossbarResults.Accepted(shown, shown["_read_only"]?.DeepClone().AsObject());
            case NumberResult.Failed { Problems: { Count: > 0 } problems }:
                return CrossbarResults.Validation(problems);
            case NumberResult.Failed failed:
                if (hidesUnknown && failed.Error.IsNotFound) return CrossbarResults.NotFoundNumber();
                return failed.Error.Code == 412 ? CrossbarResults.PreconditionFailed() : CrossbarResults.Failed(failed.Error, desk.Tree.IsAdmin(request.Actor));
            default:
                throw new InvalidOperationException("The results of a number are a closed set.");
        }
    }

    /// <summary>A request that was refused as a whole.</summary>
    public static IResult? Refusal(BatchOutcome outcome) => outcome switch
    {
        BatchOutcome.Refused refused => CrossbarResults.Failed(refused.Error),
        BatchOutcome.Invalid invalid => CrossbarResults.Validation(invalid.Problems),
        _ => null,
    };

    /// <summary>Successes, failures and what a carrier has still to decide, by number, in the order of the request; nothing succeeded is 400.</summary>
    public static IResult Many(IReadOnlyList<NumberResult> results, CrossbarRequest request, NumberDesk desk)
    {
        if (ChargeReplies.IsToldThePrice(request, results)) return ChargeReplies.Told(request, results, desk);
        var success = new JsonObject();
        var open = new JsonObject();
        var failures = new JsonObject();
        var isAdmin = desk.Tree.IsAdmin(request.Actor);
        foreach (var result in results)
        {
            if (result is NumberResult.Done done) success[done.Key] = Document(done, request, desk);
            else if (result is NumberResult.Pending pending) open[pending.Key] = Document(pending, request, desk);
            else if (result is NumberResult.Failed failed) failures[failed.Key] = CrossbarResults.ToJson(failed.Error, isAdmin);
        }

        if (success.Count == 0 && open.Count == 0)
        {
            // The same fields for all numbers: what is wrong with them is told once.
            if (results.All(result => result is NumberResult.Failed { Problems.Count: > 0 }) && results is [NumberResult.Failed { Problems: { } problems }, ..])
                return CrossbarResults.Validation(problems);

            // Documents show the map itself, the web client reads it under `error`: both are answered.
            var both = (JsonObject)failures.DeepClone();
            both["error"] = failures;
            return CrossbarResults.Fail(400, "client error", both);
        }

        var data = new JsonObject { ["success"] = success };
        if (failures.Count > 0) data["error"] = failures;
        if (open.Count == 0) return CrossbarResults.Ok(data);
        data["pending"] = open;
        return CrossbarResults.Accepted(data);
    }

    // With what is missing of it: a provider refused, or has not answered yet (numbers.md 9.2).
    private static JsonObject Document(NumberResult.Done done, CrossbarRequest request, NumberDesk desk)
    {
        var document = NumberDocument.Render(done.Record, request.Actor, desk, done.IsErased);
        Name("features_failed", done.FeaturesFailed);
        Name("features_pending", done.FeaturesPending);
        return document;

        void Name(string member, IReadOnlyList<string> features)
        {
            if (features.Count > 0) document["_read_only"]![member] = new JsonArray([.. features.Select(feature => (JsonNode)feature)]); // every document has the part
        }
    }

    // As it stands, and which order will change it (numbers.md 7.5).
    private static JsonObject Document(NumberResult.Pending pending, CrossbarRequest request, NumberDesk desk)
    {
        var document = NumberDocument.Render(pending.Record, request.Actor, desk);
        document["id"] = pending.Key;
        document["_read_only"]!["order"] = OrderDocument.Short(pending.Order, pending.Phase); // every document has the part
        return document;
    }
}
