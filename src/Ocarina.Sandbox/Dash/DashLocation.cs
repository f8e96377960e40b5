using System.Globalization;
using System.Text.Json.Nodes;

namespace Ocarina.Sandbox.Dash;

/// <summary>An address as a customer wrote it.</summary>
internal sealed record DashAddress(string Address1, string? Address2, string Community, string State, string PostalCode);

/// <summary>A place that the service has found for an address.</summary>
/// <param name="Address">The address in the form of the post.</param>
/// <param name="HouseNumber">First part of the street line.</param>
/// <param name="StreetName">The rest of it.</param>
/// <param name="PlusFour">Second part of the postal code.</param>
/// <param name="Latitude">Degrees, north is positive.</param>
/// <param name="Longitude">Degrees, east is positive.</param>
internal sealed record DashPlace(DashAddress Address, string HouseNumber, string StreetName, string PlusFour, double Latitude, double Longitude);

/// <summary>A location that a customer has added to a number. At most one of a number is provisioned.</summary>
/// <param name="Id">The service's id.</param>
/// <param name="Uri">The number, eleven digits.</param>
/// <param name="CallerName">What emergency services are shown.</param>
/// <param name="Place">Where.</param>
/// <param name="Added">When it was added.</param>
internal sealed record DashLocation(long Id, string Uri, string CallerName, DashPlace Place, DateTimeOffset Added)
{
    /// <summary>When it was provisioned; none while it is not.</summary>
    public DateTimeOffset? Activated { get; init; }

    public string Number => "+" + Uri;

    /// <summary>What the ledger keeps, and what the book brings back.</summary>
    public JsonObject ToJson() => new()
    {
        ["id"] = Id, ["uri"] = Uri, ["caller_name"] = CallerName, ["added"] = Added, ["activated"] = Activated,
        ["address1"] = Place.Address.Address1, ["address2"] = Place.Address.Address2, ["community"] = Place.Address.Community,
        ["state"] = Place.Address.State, ["postal_code"] = Place.Address.PostalCode,
    };

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static DashLocation From(JsonObject json) => new(
        (long)json["id"]!, (string)json["uri"]!, (string)json["caller_name"]!, // we write them always
        DashGeocoder.Placed(new DashAddress((string)json["address1"]!, (string?)json["address2"], (string)json["community"]!, (string)json["state"]!, (string)json["postal_code"]!)),
        (DateTimeOffset)json["added"]!)
    {
        Activated = (DateTimeOffset?)json["activated"],
    };

    public static string Degrees(double value) => value.ToString("0.000000", CultureInfo.InvariantCulture);
}
