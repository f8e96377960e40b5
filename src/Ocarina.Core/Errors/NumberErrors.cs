using System.Text.Json.Nodes;

namespace Ocarina.Core.Errors;

/// <summary>The one catalogue of number errors: numbers.md 8, on the wire as `http-api.md` 2.5. A name is never typed anywhere else and never reused.</summary>
public static class NumberErrors
{
    internal const string NotFoundName = "not_found";
    internal const string InvalidName = "invalid";
    internal const string NotAcceptedName = "charges_not_accepted";

    /// <summary>Name of <see cref="NotAvailable"/>, which orders keep as well.</summary>
    public const string NotAvailableName = "not_available";

    /// <summary>Name of <see cref="NotEnoughCredit"/>, which orders keep as well.</summary>
    public const string NotEnoughCreditName = "not_enough_credit";

    /// <summary>Name of <see cref="ServiceRestriction"/>, which orders keep as well.</summary>
    public const string ServiceRestrictionName = "service_restriction";

    /// <summary>An open port request holds the number.</summary>
    public static NumberError NumberIsPorting(string number) => new(400, "number_is_porting", number, $"number {number} is porting");

    /// <summary>The number is known already and in no state from which it could be created again.</summary>
    public static NumberError NumberExists(PhoneNumber number) => new(409, "number_exists", number.ToString(), $"number {number} already exists");

    /// <summary>Nobody knows the number, or it is not visible from here.</summary>
    public static NumberError NotFound(string number) => new(404, NotFoundName, number, $"number {number} not found");

    /// <summary>The text is no globally routable number.</summary>
    public static NumberError NotReconcilable(string number) => new(404, "not_reconcilable", number, $"number {number} is not reconcilable");

    /// <summary>The actor may not do this.</summary>
    /// <param name="reason">What in particular; may be absent.</param>
    public static NumberError Forbidden(string? reason = null) => new(403, "forbidden", reason, "requestor is unauthorized to perform operation");

    /// <summary>The number already is what was asked for.</summary>
    public static NumberError NoChangeRequired(PhoneNumber number) => new(400, "no_change_required", number.ToString(), "no change required");

    /// <summary>The life cycle has no such move.</summary>
    public static NumberError InvalidStateTransition(string from, string to) =>
        new(400, "invalid_state_transition", $"from {from} to {to}", "invalid state transition");

    /// <summary>The account to assign to is missing or malformed.</summary>
    public static NumberError AssignFailure(string cause = "field_undefined") => new(400, "assign_failure", cause, "invalid account to assign to");

    /// <summary>Data was refused; <paramref name="cause"/> says what.</summary>
    public static NumberError Invalid(string cause) => new(400, InvalidName, cause, "invalid");

    /// <summary>A carrier that this installation does not know.</summary>
    public static NumberError UnknownCarrier(string name) => Invalid($"'{name}' is not known by the system");

    /// <summary>Somebody else has it, was faster, or it is in quarantine.</summary>
    public static NumberError NotAvailable(string number) => new(409, NotAvailableName, number, $"number {number} is not available");

    /// <summary>The caller saw another revision than the stored one (<c>If-Match</c>).</summary>
    public static NumberError RevisionMismatch(PhoneNumber number) => new(412, "precondition_failed", number.ToString(), "the number was changed meanwhile");

    /// <summary>The account may not take the service.</summary>
    public static NumberError ServiceRestriction(string number, string reason) => new(402, ServiceRestrictionName, number, reason);

    /// <summary>The account's credit does not reach.</summary>
    public static NumberError NotEnoughCredit(AccountId account, string detail) =>
        new(402, NotEnoughCreditName, detail, $"account {account} does not have enough credit to perform the operation");

    /// <summary>It costs something, and the caller has not agreed to pay.</summary>
    public static NumberError AcceptCharges(string number) => new(402, NotAcceptedName, number, "accept charges");

    /// <summary>The carrier failed.</summary>
    public static NumberError ByCarrier(string number) => new(500, "unspecified_fault", number, "fault by carrier");

    /// <summary>The carrier failed, and admins may know how.</summary>
    /// <param name="number">The number, or the offer.</param>
    /// <param name="carrier">Who failed.</param>
    /// <param name="reason">The kind of failure, and his words.</param>
    public static NumberError ByCarrier(string number, CarrierName carrier, string? reason) => ByCarrier(number) with { Carrier = carrier, Reason = reason };

    /// <summary>An emergency address that its provider does not find.</summary>
    /// <param name="address">The address as sent.</param>
    /// <param name="why">The provider's words.</param>
    public static NumberError AddressRefused(DocumentText address, string why) => Invalid(why) with { Address = Refused(address, why) };

    /// <summary>An emergency address that means several; the caller chooses one.</summary>
    /// <param name="address">The address as sent.</param>
    /// <param name="choices">Complete addresses, each of which can be sent as it is.</param>
    public static NumberError MultipleChoice(DocumentText address, IReadOnlyList<DocumentText> choices)
    {
        const string message = "more than one address found";
        var refused = Refused(address, message).ToObject();
        refused["details"] = new JsonArray([.. choices.Select(choice => (JsonNode)choice.ToObject())]);
        return new(400, "multiple_choice", message, message) { Address = DocumentText.From(refused) };
    }

    /// <summary>A feature was asked for whose provider is not configured.</summary>
    public static NumberError MissingProviderUrl() => new(500, "missing_provider_url", null, "missing_provider_url");

    /// <summary>A provider of features outside failed.</summary>
    /// <param name="provider">Who.</param>
    /// <param name="reason">The kind of failure, and his words; for admins.</param>
    public static NumberError ByProvider(CarrierName provider, string reason) =>
        new(500, "unspecified_fault", null, "fault by provider") { Carrier = provider, Reason = reason };

    /// <summary>The number names no carrier.</summary>
    public static NumberError CarrierNotSpecified(string number) => new(500, "carrier_not_specified", number, "carrier not specified");

    /// <summary>The database does not answer.</summary>
    public static NumberError DatabaseError(string? number = null) => new(503, "database_error", number, "database error");

    /// <summary>A fault of ours.</summary>
    public static NumberError InternalError() => new(500, "internal_error", null, "internal_error");

    private static DocumentText Refused(DocumentText address, string why) =>
        DocumentText.From(new JsonObject { ["cause"] = address.ToObject(), ["message"] = why });
}
