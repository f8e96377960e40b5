using System.Text.Json.Nodes;
using System.Xml.Linq;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Bandwidth.Tollfree;

/// <summary>A <c>TelephoneNumber</c> of the toll-free service (carriers.md 3.3). It keeps the parts as numbers, so zeros in front may be missing.</summary>
internal sealed record TollfreeNumber(string? Id, string? Status, string AreaCode, string Prefix, string Line)
{
    public bool IsAvailable => Status is null || Status.Equals("Available", StringComparison.OrdinalIgnoreCase);

    public static TollfreeNumber Read(XElement element) => new(
        element.Text("TelephoneNumberID"), element.Text("Status"), (element.Text("AreaCode") ?? "").PadLeft(3, '0'), (element.Text("Prefix") ?? "").PadLeft(3, '0'),
        (element.Text("Line") ?? "").PadLeft(4, '0'));

    /// <summary>In stored form; none when it has not exactly ten digits.</summary>
    public PhoneNumber? In(CarrierContext context) => CarrierNumbers.FromTenDigits(AreaCode + Prefix + Line, context);

    public CarrierHit ToHit(PhoneNumber number)
    {
        var data = new JsonObject();
        if (Id is not null) data["number_id"] = Id;
        if (Status is not null) data["status"] = Status;
        (data["area_code"], data["prefix"], data["line"], data["tollfree"]) = (AreaCode, Prefix, Line, true);
        return new CarrierHit(number) { Country = "US", NumberType = "tollfree", CarrierData = DocumentText.From(data) };
    }
}
