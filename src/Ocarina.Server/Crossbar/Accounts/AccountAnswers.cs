using System.Globalization;
using Ocarina.Manager.Identity;

namespace Ocarina.Server.Crossbar.Accounts;

/// <summary>What an operation on an account is answered with (`http-api.md` 7.2).</summary>
internal static class AccountAnswers
{
    public static IResult ToResult(this AccountOutcome outcome) => outcome switch
    {
        AccountOutcome.Done done => CrossbarResults.Ok(done.Account.Data, Revision(done.Account.Revision), done.Account.Metadata),
        AccountOutcome.Invalid invalid => CrossbarResults.Validation(invalid.Problems),
        AccountOutcome.NotFound missing => CrossbarResults.BadIdentifier(missing.Id),
        AccountOutcome.Forbidden => CrossbarResults.Forbidden(),
        AccountOutcome.HasDescendants => CrossbarReply.Failure(500, "account_has_descendants", "the account has accounts below it"),
        AccountOutcome.IsMaster => CrossbarResults.WrongVerb("GET, PATCH, POST, PUT"),
        AccountOutcome.OwnsNumbers => CrossbarResults.Conflict(),
        AccountOutcome.RevisionMismatch => CrossbarResults.PreconditionFailed(),
        _ => throw new InvalidOperationException("An operation on an account ended in an unknown way."),
    };

    public static string Revision(long revision) => revision.ToString(CultureInfo.InvariantCulture);
}
