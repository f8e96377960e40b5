using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Ocarina.Server.Crossbar.Validation;

namespace Ocarina.Server.OpenApi;

/// <summary>Writes our rules for fields as schemas, and the envelopes around them.</summary>
internal static class ApiSchemas
{
    public const string ReplyName = "Envelope";
    public const string PageName = "PageEnvelope";
    public const string ErrorName = "ErrorEnvelope";

    /// <summary>A rule as a schema.</summary>
    public static OpenApiSchema Of(FieldRule rule)
    {
        var schema = new OpenApiSchema { Description = rule.Meaning, Default = rule.Default?.DeepClone() };
        switch (rule.Kind)
        {
            case FieldKind.Text:
                schema.Type = JsonSchemaType.String;
                schema.MinLength = rule.Length.Min > 0 ? rule.Length.Min : null;
                schema.MaxLength = rule.Length.Max;
                schema.Pattern = rule.Pattern?.ToString();
                if (!rule.OneOf.IsDefault) schema.Enum = [.. rule.OneOf.Select(item => (JsonNode)item)];
                break;
            case FieldKind.Integer:
                schema.Type = JsonSchemaType.Integer;
                schema.Minimum = rule.Range.Min?.ToString(System.Globalization.CultureInfo.InvariantCulture);
                schema.Maximum = rule.Range.Max?.ToString(System.Globalization.CultureInfo.InvariantCulture);
                break;
            case FieldKind.Number:
                schema.Type = JsonSchemaType.Number;
                break;
            case FieldKind.Flag:
                schema.Type = JsonSchemaType.Boolean;
                break;
            case FieldKind.List:
                schema.Type = JsonSchemaType.Array;
                schema.Items = rule.Items is null ? new OpenApiSchema() : Of(rule.Items);
                schema.MinItems = rule.Length.Min > 0 ? rule.Length.Min : null;
                schema.MaxItems = rule.Length.Max;
                schema.UniqueItems = rule.IsSet ? true : null;
                break;
            case FieldKind.Object:
                FillObject(schema, rule.Members);
                break;
        }
        return schema;
    }

    /// <summary>The named envelopes.</summary>
    public static IEnumerable<KeyValuePair<string, IOpenApiSchema>> Envelopes()
    {
        yield return KeyValuePair.Create<string, IOpenApiSchema>(ReplyName, Of(FieldRule.Object(Common("success"))));
        var page = Common("success");
        page["page_size"] = FieldRule.Integer(0).About("Rows in this page.");
        page["start_key"] = FieldRule.Text().About("Key of this page; left out on the first.");
        page["next_start_key"] = FieldRule.Text().About("Pass it as `start_key` to get the next page; left out on the last.");
        yield return KeyValuePair.Create<string, IOpenApiSchema>(PageName, Of(FieldRule.Object(page)));
        var error = Common("error");
        error["message"] = FieldRule.Text().Required().About("Stable text, such as `bad_identifier`.");
        error["error"] = FieldRule.Text().Required().About("The HTTP status as text.");
        error["data"] = FieldRule.Any().Required().About(
            "What in particular: for 400 `validation error` a map of field path to kind to `{message, target?, value?, cause?}`; "
            + "for number errors `{code, error, cause, message}`.");
        yield return KeyValuePair.Create<string, IOpenApiSchema>(ErrorName, Of(FieldRule.Object(error)));
    }

    /// <summary>A success whose member data is described by a rule.</summary>
    public static OpenApiSchema Reply(FieldRule? data, bool isPaged, OpenApiDocument document) => new()
    {
        AllOf =
        [
            new OpenApiSchemaReference(isPaged ? PageName : ReplyName, document),
            FieldsOf("data", data ?? FieldRule.Any()),
        ],
    };

    /// <summary>A request whose member data is described by a rule.</summary>
    public static OpenApiSchema Request(FieldRule data, bool canCost)
    {
        var schema = FieldsOf("data", data);
        // FieldsOf has set the properties.
        if (canCost) schema.Properties!["accept_charges"] = Of(FieldRule.Flag().About("Agrees to the charges that a first attempt was answered with (402)."));
        return schema;
    }

    private static OpenApiSchema FieldsOf(string name, FieldRule rule) => new()
    {
        Type = JsonSchemaType.Object,
        Properties = new Dictionary<string, IOpenApiSchema> { [name] = Of(rule) },
        Required = new HashSet<string> { name },
    };

    private static DocumentRules Common(string status) => new()
    {
        ["status"] = FieldRule.Choice(status).Required(),
        ["request_id"] = FieldRule.Text().Required().About("The header `X-Request-ID`, echoed or made."),
        ["node"] = FieldRule.Text().Required().About("Opaque name of the server process."),
        ["timestamp"] = FieldRule.Text().Required().About("UTC, ISO 8601 without zone."),
        ["version"] = FieldRule.Text().About("Server version; authenticated requests only."),
        ["auth_token"] = FieldRule.Text().About("The token in use; after a log-in the new one."),
        ["revision"] = FieldRule.Text().About("Revision of the document shown; equal to the ETag."),
    };

    private static void FillObject(OpenApiSchema schema, DocumentRules? members)
    {
        schema.Type = JsonSchemaType.Object;
        if (members is null) return;
        schema.Properties = members.Fields.ToDictionary(field => field.Key, field => (IOpenApiSchema)Of(field.Value), StringComparer.Ordinal);
        schema.Required = members.Fields.Where(field => field.Value.IsRequired).Select(field => field.Key).ToHashSet(StringComparer.Ordinal);
        if (members.IsStrict) schema.AdditionalPropertiesAllowed = false;
    }
}
