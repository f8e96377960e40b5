using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ocarina.Core.Carriers;

namespace Ocarina.Core.Ledger;

/// <summary>A record inside an event's text. Member order and names are part of what is hashed: only ever add at the end.</summary>
internal static class RecordJson
{
    internal static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    internal static void Write(Utf8JsonWriter json, NumberRecord record)
    {
        json.WriteStartObject();
        json.WriteString("number", record.Number.ToString());
        json.WriteString("state", record.State.Name());
        WriteOptional(json, "account", record.Account?.ToString());
        WriteOptional(json, "previous_account", record.PreviousAccount?.ToString());
        json.WriteString("carrier", record.Carrier.ToString());
        WriteOptional(json, "used_by", record.UsedBy);
        json.WriteNumber("state_since", record.StateSince.ToUnixTimeMilliseconds());
        if (record.DueAt is { } due) json.WriteNumber("due_at", due.ToUnixTimeMilliseconds());
        json.WriteNumber("revision", record.Revision);
        WriteOptional(json, "stock_account", record.StockAccount?.ToString());
        json.WriteBoolean("held_at_carrier", record.HeldAtCarrier);
        WriteList(json, "reserve_history", record.ReserveHistory.Select(id => id.ToString()));
        WriteDocument(json, "features", record.Features);
        if (record.FeaturesAllowed is { } allowed) WriteList(json, "features_allowed", allowed);
        if (record.FeaturesDenied is { } denied) WriteList(json, "features_denied", denied);
        WriteDocument(json, "carrier_data", record.CarrierData);
        WriteDocument(json, "public_fields", record.PublicFields);
        json.WriteBoolean("ported_in", record.PortedIn);
        WriteOptional(json, "authorized_by", record.AuthorizedBy);
        json.WriteNumber("created", record.Created.ToUnixTimeMilliseconds());
        json.WriteNumber("modified", record.Modified.ToUnixTimeMilliseconds());
        WriteOptional(json, "region", record.Region);
        if (record.Locality is { } locality) WriteDocument(json, "locality", locality);
        if (record.CarrierCost is { } cost) WriteDocument(json, "carrier_cost", DocumentText.From(cost.ToJson()));
        json.WriteEndObject();
    }

    internal static NumberRecord Read(JsonElement json) => new()
    {
        Number = PhoneNumber.FromStorage(Text(json, "number") ?? ""),
        State = NumberStates.FromStorage(Text(json, "state") ?? ""),
        Account = AccountId.FromStorageOrNull(Text(json, "account")),
        PreviousAccount = AccountId.FromStorageOrNull(Text(json, "previous_account")),
        Carrier = CarrierName.Parse(Text(json, "carrier")),
        UsedBy = Text(json, "used_by"),
        StateSince = Time(json.GetProperty("state_since")),
        DueAt = json.TryGetProperty("due_at", out var due) ? Time(due) : null,
        Revision = json.GetProperty("revision").GetInt64(),
        StockAccount = AccountId.FromStorageOrNull(Text(json, "stock_account")),
        HeldAtCarrier = json.GetProperty("held_at_carrier").GetBoolean(),
        ReserveHistory = [.. json.GetProperty("reserve_history").EnumerateArray().Select(id => AccountId.FromStorage(id.GetString() ?? ""))],
        Features = Document(json, "features"),
        FeaturesAllowed = List(json, "features_allowed"),
        FeaturesDenied = List(json, "features_denied"),
        CarrierData = Document(json, "carrier_data"),
        PublicFields = Document(json, "public_fields"),
        PortedIn = json.GetProperty("ported_in").GetBoolean(),
        AuthorizedBy = Text(json, "authorized_by"),
        Created = Time(json.GetProperty("created")),
        Modified = Time(json.GetProperty("modified")),
        Region = Text(json, "region"),
        Locality = json.TryGetProperty("locality", out var locality) ? DocumentText.FromStorage(locality.GetRawText()) : null,
        CarrierCost = json.TryGetProperty("carrier_cost", out var cost) ? CarrierPrice.Read(JsonNode.Parse(cost.GetRawText())) : null,
    };

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static DateTimeOffset Time(JsonElement value) => DateTimeOffset.FromUnixTimeMilliseconds(value.GetInt64());

    private static DocumentText Document(JsonElement json, string name) => DocumentText.FromStorage(json.GetProperty(name).GetRawText());

    private static ImmutableArray<string>? List(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? [.. value.EnumerateArray().Select(item => item.GetString() ?? "")] : null;

    private static void WriteOptional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> items)
    {
        json.WriteStartArray(name);
        foreach (var item in items) json.WriteStringValue(item);
        json.WriteEndArray();
    }

    private static void WriteDocument(Utf8JsonWriter json, string name, DocumentText document)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(document.ToString(), skipInputValidation: true); // our own compact text
    }
}
