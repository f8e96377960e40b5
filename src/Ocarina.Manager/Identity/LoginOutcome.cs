using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Configuration;

namespace Ocarina.Manager.Identity;

/// <summary>What a log-in answers beside the token (`http-api.md` 7.1).</summary>
/// <param name="Account">The account that acts from now on.</param>
/// <param name="Owner">The user; none for an API key.</param>
/// <param name="Reseller">The account's reseller.</param>
/// <param name="IsMaster">True for the master account.</param>
/// <param name="Language">Language of the account's people.</param>
/// <param name="ClusterId">Opaque id of the installation.</param>
public sealed record LoginData(AccountNode Account, string? Owner, AccountId Reseller, bool IsMaster, string Language, string ClusterId)
{
    /// <summary>The reply's data. Applications are the host's to add.</summary>
    public JsonObject ToJson()
    {
        var data = new JsonObject { ["account_id"] = Account.Id.ToString() };
        if (Owner is not null) data["owner_id"] = Owner;
        data["account_name"] = Account.Name;
        data["reseller_id"] = Reseller.ToString();
        data["is_reseller"] = Account.IsReseller;
        data["is_master_account"] = IsMaster;
        data["language"] = Language;
        data["cluster_id"] = ClusterId;
        data["apps"] = new JsonArray();
        data["capabilities"] = new JsonObject { ["voicemail"] = new JsonObject { ["transcription"] = new JsonObject { ["available"] = false, ["default"] = false } } };
        data["ui_config"] = new JsonObject();
        return data;
    }
}

/// <summary>How a log-in ended. Closed: nobody outside can add a case.</summary>
public abstract record LoginOutcome
{
    private LoginOutcome() { }

    /// <summary>Welcome.</summary>
    /// <param name="Data">What is answered.</param>
    /// <param name="Token">The new token.</param>
    public sealed record LoggedIn(LoginData Data, string Token) : LoginOutcome
    {
        /// <inheritdoc/>
        public override string ToString() => $"{nameof(LoggedIn)} {Data.Account.Id}"; // a token is a secret: never printed
    }

    /// <summary>No such account, or the credentials are not those of one of its users. Which of the two is not told.</summary>
    public sealed record InvalidCredentials : LoginOutcome;

    /// <summary>Nobody has this API key.</summary>
    public sealed record UnknownKey : LoginOutcome;

    /// <summary>The credentials are right, and the account is switched off.</summary>
    public sealed record AccountDisabled : LoginOutcome;

    /// <summary>Too many failures in the last minute.</summary>
    public sealed record TooManyFailures : LoginOutcome;

    /// <summary>The body was refused.</summary>
    public sealed record Invalid(IReadOnlyList<ConfigProblem> Problems) : LoginOutcome;
}
