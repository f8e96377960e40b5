using System.Text.Json.Nodes;
using System.Xml.Linq;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Bandwidth;

/// <summary>A <c>numberOrder</c> of a reply (carriers.md 2.4).</summary>
internal sealed record BandwidthOrder(
    string? Id, string? OrderNumber, string? Name, string? Reference, string? AccountId, string? AccountName, string? Quantity, IReadOnlyList<BandwidthNumber> Numbers)
{
    public static BandwidthOrder Read(XElement element) => new(
        element.Text("orderID"), element.Text("orderNumber"), element.Text("orderName"), element.Text("extRefID"), element.Text("accountID"), element.Text("accountName"),
        element.Text("quantity"), [.. element.Child("telephoneNumbers").Children("telephoneNumber").Select(BandwidthNumber.Read)]);

    /// <summary>The number that was wanted, as the order has it; none when the order is for others.</summary>
    public BandwidthNumber? Of(PhoneNumber wanted, CarrierContext context) => Numbers.FirstOrDefault(number => number.In(context) == wanted);

    /// <summary>Carrier data of a bought number: the names and the mixed spelling are those of stored documents. The order number stays a text: it has 19 digits.</summary>
    public JsonObject ToJson(BandwidthNumber? number)
    {
        var json = new JsonObject();
        Add("order_id", Id);
        Add("order_number", OrderNumber);
        Add("order_name", Name);
        Add("ext_ref_id", Reference);
        Add("accountID", AccountId);
        Add("accountName", AccountName);
        Add("quantity", Quantity);
        if (number is not null) json["number"] = number.ToJson();
        return json;

        void Add(string member, string? value)
        {
            if (value is not null) json[member] = value;
        }
    }
}
