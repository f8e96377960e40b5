using System.Text.Json.Nodes;
using System.Xml.Linq;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Bandwidth;

/// <summary>A <c>telephoneNumber</c> of a reply, its texts trimmed (carriers.md 2.4).</summary>
internal sealed record BandwidthNumber(
    string? Id, string? TenDigit, string? Formatted, string? E164, string? NpaNxx, string? Status, RateCenter? RateCenter)
{
    private static readonly string[] Provinces = ["AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"];

    /// <summary>True when it is for sale; a search says nothing of the status when it has nothing to say.</summary>
    public bool IsAvailable => Status is null || Status.Equals("Available", StringComparison.OrdinalIgnoreCase);

    /// <summary>True when it is ordered and not active yet.</summary>
    public bool IsPending => Status is not null && Status.StartsWith("Pending", StringComparison.OrdinalIgnoreCase);

    /// <summary>True when it serves.</summary>
    public bool IsInService => Status is not null && (Status.Equals("InService", StringComparison.OrdinalIgnoreCase) || Status.Equals("Active", StringComparison.OrdinalIgnoreCase));

    /// <summary>True when the order came to nothing after all.</summary>
    public bool IsLost => Status is not null && (Status.Contains("fail", StringComparison.OrdinalIgnoreCase) || Status.Contains("cancel", StringComparison.OrdinalIgnoreCase));

    public static BandwidthNumber Read(XElement element)
    {
        var center = element.Child("rateCenter");
        var (name, state, lata) = (center.Text("name"), center.Text("state"), center.Text("lata"));
        return new BandwidthNumber(
            element.Text("numberID"), element.Text("tenDigit"), element.Text("formattedNumber"), element.Text("e164"), element.Text("npaNxx"), element.Text("status"),
            name is null && state is null && lata is null ? null : new RateCenter(name, state, lata));
    }

    /// <summary>The number in stored form; none when neither form of it is one.</summary>
    public PhoneNumber? In(CarrierContext context) => E164 is not null ? CarrierNumbers.FromE164(E164, context) : CarrierNumbers.FromTenDigits(TenDigit, context);

    /// <summary>As a search result.</summary>
    public CarrierHit ToHit(PhoneNumber number) => new(number)
    {
        Country = RateCenter?.State is { } state && Provinces.Contains(state) ? "CA" : "US",
        NumberType = CarrierNumbers.IsTollfree(CarrierNumbers.TenDigits(number)) ? "tollfree" : "geographic",
        RateCenter = RateCenter,
        CarrierData = DocumentText.From(ToJson()),
    };

    /// <summary>Under the names that stored documents have.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject();
        Add("number_id", Id);
        Add("ten_digit", TenDigit);
        Add("formatted_number", Formatted);
        Add("e164", E164);
        Add("npa_nxx", NpaNxx);
        Add("status", Status);
        if (RateCenter is not null) json["rate_center"] = RateCenter.ToJson();
        return json;

        void Add(string name, string? value)
        {
            if (value is not null) json[name] = value;
        }
    }
}
