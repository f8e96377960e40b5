namespace Ocarina.Sandbox.Bandwidth2;

/// <summary>A documented error of the account API. Codes mean something only together with their resource: some are used twice.</summary>
internal sealed record Bandwidth2Error(int Code, string Description, string? TelephoneNumber = null)
{
    // Search
    public static Bandwidth2Error BadAreaCode(string value) => new(4000, $"The area code specified {value} is not present as a valid entry in our system");
    public static readonly Bandwidth2Error BadRateCenter = new(4001, "Please verify the Rate Center search parameters.");
    public static readonly Bandwidth2Error BadDigits = new(4002, "Please verify the NPA, NPA-NXX or NPA-NXX-X search parameters.");
    public static readonly Bandwidth2Error BadTollFreeVanity = new(4003, "Please verify the Toll Free Vanity search parameters.");
    public static readonly Bandwidth2Error BadWildCard = new(4004, "Please verify the Toll Free Wild Card search parameters.");
    public static readonly Bandwidth2Error BadCity = new(4005, "Please verify the City search parameters.");
    public static readonly Bandwidth2Error BadState = new(4006, "Please verify the State search parameters.");
    public static readonly Bandwidth2Error BadZip = new(4007, "Please verify the Zip Code search parameters.");
    public static readonly Bandwidth2Error BadLata = new(4008, "Please verify the LATA search parameters.");
    public static readonly Bandwidth2Error Unsupported = new(4010, "Unable to perform search.");
    public static readonly Bandwidth2Error BadPage = new(4018, "Please verify the PAGE search parameter.");
    public static readonly Bandwidth2Error BadOrderBy = new(4020, "Please verify the orderBy search parameter: fullNumber, npaNxxx, npaNxx or areaCode.");
    public static readonly Bandwidth2Error OrderByUnsupported = new(4021, "The orderBy parameter is not supported for these search criteria");
    public static readonly Bandwidth2Error BadProtected = new(4022, "Please verify the protected search parameter: NONE, ONLY or MIXED");
    public static Bandwidth2Error NoSuchNumber(string tn) => new(4017, $"The telephone number '{tn}' does not exist");

    // Orders
    public static Bandwidth2Error Validation(string why) => new(5002, $"Validation error: {why}");
    public static Bandwidth2Error Unavailable(string tn) => new(5005, "The telephone number is unavailable for ordering", tn);
    public static Bandwidth2Error NotAssociated(string tn) =>
        new(5006, $"The telephone number {tn} could not be disconnected since it is not associated with your account", tn);
    public static Bandwidth2Error BadQuantity(string value) => new(5009, $"The quantity specified {value} is invalid.");
    public static readonly Bandwidth2Error BadSite = new(5016, "The SiteId submitted is invalid.");
    public static readonly Bandwidth2Error OnlyPartial = new(5017, "Only a partial quantity of the telephone numbers ordered could be fulfilled");
    public static readonly Bandwidth2Error AllUnavailable = new(5018, "The entire quantity of telephone numbers ordered is unavailable");
    public static readonly Bandwidth2Error NoDefaultPeer = new(5020, "No default SIP peer is set on the account and site.");
    public static readonly Bandwidth2Error SiteRequired = new(5022, "SiteId is a required field.");
    public static readonly Bandwidth2Error BadPeer = new(5023, "SIP peer submitted is invalid.");
    public static Bandwidth2Error NotAuthorized(string account) => new(5051, $"Not authorized to perform operation on the account '{account}'");
    public static readonly Bandwidth2Error BadCustomerOrderId =
        new(5052, "Customer order ID is invalid. Only alphanumeric values, dashes and spaces are allowed. Max length is 40 characters.");
    public static readonly Bandwidth2Error OnlyBackorderedCloses = new(5060, "Only a backordered order can be closed.");
    public static readonly Bandwidth2Error BadOrderId = new(5061, "Order ID is invalid.");
    public static Bandwidth2Error BadNumber(string tn) => new(5070, "Telephone number is invalid.", tn);
    public static readonly Bandwidth2Error NumberRequired = new(5073, "Telephone number is required.");
    public static Bandwidth2Error NotInService(string tn) => new(5074, "Telephone number is not in service.", tn);
    public static Bandwidth2Error BadDisconnectMode(string mode) => new(5084, $"DisconnectMode '{mode}' is invalid. Valid values are: normal, soft-remove, purge");
    public static readonly Bandwidth2Error DisconnectModeForbidden = new(5085, "Insufficient permissions for this DisconnectMode");
    public static readonly Bandwidth2Error BadOrderType = new(5087, "The input order type is not a valid entry.");
    public static readonly Bandwidth2Error Duplicates = new(5093, "Order cannot contain duplicate telephone numbers");
    public static readonly Bandwidth2Error TooMany = new(5095, "The count of telephone numbers in order exceeds the maximum size of 5000");
    public static readonly Bandwidth2Error TollFreeOff = new(5162, "Tollfree telephone numbers cannot be used unless Tollfree is enabled on SipPeer");
    public static readonly Bandwidth2Error MixedTypes = new(5175, "Only a single type of TN is allowed for a Disconnect action.");
    public static readonly Bandwidth2Error OrderingDisabled = new(5183, "Ordering is not enabled on the specified account");
    public static readonly Bandwidth2Error BackorderedSome = new(5520, "Order backordered - awaiting additional numbers");
    public static readonly Bandwidth2Error BackorderedNone = new(5521, "Order backordered - no numbers allocated, awaiting available inventory");
    public static readonly Bandwidth2Error BackorderIncompatible = new(5522, "Backorders are not compatible with specific TN, NPANXX, NPANXXX or vanity orders");

    // Reservations
    public static Bandwidth2Error ReservationUnknownNumber(string tn) => new(5040, $"Reservation failed: telephone number {tn} is not known.");
    public static Bandwidth2Error ReservationUnavailable(string tn) => new(5041, $"Reservation failed: telephone number {tn} is not available.");
    public static Bandwidth2Error ReservationUnknown(string id) => new(5042, $"Reservation '{id}' does not exist.");
    public static readonly Bandwidth2Error ReservationMalformed = new(5044, "The reservation request is not valid.");
    public static readonly Bandwidth2Error ReservationForbidden = new(5046, "The account is not allowed to reserve telephone numbers.");

    // Sites, peers, numbers, ports
    public static Bandwidth2Error NoSuchSite(string id) => new(12016, $"Site '{id}' does not exist");
    public static Bandwidth2Error NoSuchPeer(string id, string account, string site) => new(13563, $"Sip Peer '{id}' account '{account}' and site '{site}' does not exist");
    public static Bandwidth2Error InvalidNumber(string tn) => new(12512, $"Telephone number '{tn}' is not valid");
    public static readonly Bandwidth2Error PortNumberInvalid = new(7201, "Telephone number is invalid");
    public static readonly Bandwidth2Error PortFinished = new(7304, "The order is finished and can no longer be changed");
}
