using System.Text.Json.Nodes;

namespace Ocarina.Sandbox.Voxbone;

/// <summary>A documented error. Its code is the carrier's own and overlaps HTTP statuses without meaning the same.</summary>
internal sealed record VoxboneError(int Code, string Message, int Status = 400)
{
    public static readonly VoxboneError BadPageNumber = new(11, "The page number is not valid.");
    public static readonly VoxboneError BadPageSize = new(12, "The page size is not valid: 1 to 5000.");
    public static readonly VoxboneError PageBeyondEnd = new(13, "The page number exceeds the number of pages.");
    public static readonly VoxboneError EmptyBody = new(26, "The request body is empty.");
    public static readonly VoxboneError NoSuchCart = new(400, "The cart identifier is not valid, the referenced cart does not exist.");
    public static readonly VoxboneError OneProduct = new(401, "Exactly one product must be given.");
    public static readonly VoxboneError BadProduct = new(402, "The product is not valid.");
    public static readonly VoxboneError NoSuchGroup = new(403, "The did group id is not valid, the referenced did group does not exist.");
    public static readonly VoxboneError NotAvailable = new(404, "The did group or the number is not available for ordering.");
    public static readonly VoxboneError BadQuantity = new(405, "The quantity must be greater than zero.");
    public static readonly VoxboneError Mixed = new(406, "A cart cannot hold a quantity and selected numbers of the same did group.");
    public static readonly VoxboneError NotConverted = new(408, "The cart could not be converted to an order. No order was placed.");
    public static readonly VoxboneError NotValidated = new(409, "The cart could not be validated. No order was placed.");
    public static readonly VoxboneError NoSuchProduct = new(410, "The product id is not valid, the referenced product does not exist.");
    public static readonly VoxboneError NoSuchDid = new(414, "The did does not exist or does not belong to you.");
    public static readonly VoxboneError TooMany = new(419, "The quantity exceeds the maximum.");
    public static readonly VoxboneError PopUnknown = new(309, "The pop id is not valid, the referenced pop does not exist.");
    public static readonly VoxboneError UriUnknown = new(325, "The voice uri id is not valid, the referenced voice uri does not exist.");
    public static readonly VoxboneError UriExists = new(326, "The voice uri already exists.");
    public static readonly VoxboneError UriInUse = new(328, "The voice uri cannot be deleted: it is in use.");
    public static readonly VoxboneError DuplicateIds = new(343, "An id is given twice.");
    public static readonly VoxboneError TooManyAtOnce = new(360, "Too many numbers in one call.");
    public static readonly VoxboneError AddressUnknown = new(507, "The address id is not valid, the referenced address does not exist.");
    public static readonly VoxboneError NoRequirement = new(511, "The did has no address requirement.");
    public static readonly VoxboneError AddressNotVerified = new(512, "The address is not verified.");
    public static readonly VoxboneError SeveralGroups = new(513, "All dids must belong to the same did group.");
    public static readonly VoxboneError AlreadyLinked = new(514, "The did is already linked to this address.");
    public static readonly VoxboneError AddressRejected = new(515, "The address was rejected.");

    public static VoxboneError Unknown(string parameter) => new(10, $"The parameter '{parameter}' is not known.");

    public static VoxboneError Format(string parameter) => new(14, $"The value of '{parameter}' is not valid.");

    public static VoxboneError NotFound(string what) => new(15, $"The {what} does not exist.", 404);

    public static VoxboneError Missing(string field) => new(500, $"The field '{field}' is missing.");

    public static VoxboneError TooEarly(string e164, string date) => new(420, $"The cancellation of {e164} is not available before {date}.");

    /// <summary>The body of the refusal. Codes are numbers in some modules and texts in others.</summary>
    public JsonObject ToJson(string module) => new()
    {
        ["httpStatusCode"] = Status,
        ["apiModule"] = module,
        ["genericErrorMessage"] = "An error occurred during the validation of your request. Please review the messages below for more information.",
        ["errors"] = new JsonArray(new JsonObject
        {
            ["apiErrorCode"] = module == "INVENTORY" ? JsonValue.Create(Code) : JsonValue.Create(Code.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ["apiErrorMessage"] = Message,
        }),
    };
}
