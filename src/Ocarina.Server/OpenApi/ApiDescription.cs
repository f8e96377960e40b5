using System.Globalization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.OpenApi;
using Ocarina.Server.Crossbar;
using Ocarina.Server.Crossbar.Validation;

namespace Ocarina.Server.OpenApi;

/// <summary>The published description of the API, OpenAPI 3.1, made from the routes and what stands beside them.</summary>
internal static class ApiDescription
{
    private const string TokenScheme = "token";
    private const string Json = "application/json";
    private const string Csv = "text/csv";

    /// <summary>Adds the document <c>v1</c>.</summary>
    public static IServiceCollection AddApiDescription(this IServiceCollection services, string version) => services.AddOpenApi("v1", options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.ShouldInclude = description => description.RelativePath?.StartsWith("v2", StringComparison.Ordinal) == true;
        options.AddDocumentTransformer((document, _, _) =>
        {
            Introduce(document, version);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            if (context.Document is { } document) Describe(operation, context, document);
            return Task.CompletedTask;
        });
    });

    private static void Introduce(OpenApiDocument document, string version)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Ocarina",
            Version = version,
            Description = "Phone-number manager. Requests and replies are *envelopes*: what is asked or answered is in `data`. "
                + "Log in with `PUT /v2/user_auth` or `PUT /v2/api_auth`, then send `auth_token` of the reply as the header `X-Auth-Token`. "
                + "PUT answers 201, other verbs 200. Times are Gregorian seconds (Unix seconds + 62167219200).",
        };
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[TokenScheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = "X-Auth-Token", Description = "A token from a log-in (JWT).",
        };
        document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        foreach (var (name, schema) in ApiSchemas.Envelopes()) document.Components.Schemas[name] = schema;
    }

    private static void Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context, OpenApiDocument document)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var doc = metadata.OfType<ApiDoc>().LastOrDefault() ?? Known(operation) ?? new ApiDoc(operation.Summary ?? "");
        var access = metadata.OfType<AccessMetadata>().LastOrDefault()?.Access;
        var verb = context.Description.HttpMethod ?? "GET";

        operation.Summary = doc.Summary;
        operation.Description = doc.Text;
        operation.Parameters = [.. Parameters(context.Description.RelativePath ?? "", doc)];
        if (TakesKey(verb, access, doc)) operation.Parameters.Add(KeyParameter());
        operation.RequestBody = RequestBody(doc);
        operation.Responses = Responses(doc, verb, document);
        if (access != Access.Public)
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(TokenScheme, document)] = [] }];
    }

    // Endpoints that carry their summary alone.
    private static ApiDoc? Known(OpenApiOperation operation) =>
        PhoneNumberDocs.Find(operation.OperationId) is { } doc ? doc with { Summary = operation.Summary ?? "" } : null;

    private static IEnumerable<IOpenApiParameter> Parameters(string path, ApiDoc doc)
    {
        foreach (var part in RoutePatternFactory.Parse(path).Parameters)
            yield return Parameter(part.Name, ParameterLocation.Path, FieldRule.Text().About(MeaningOf(part.Name)));
        foreach (var (name, rule) in doc.Query) yield return Parameter(name, ParameterLocation.Query, rule);
        if (!doc.IsPaged) yield break;
        yield return Parameter("page_size", ParameterLocation.Query, FieldRule.Integer(1).OrElse(PageRequest.SizeDefault).About("Rows in a page."));
        yield return Parameter("start_key", ParameterLocation.Query, FieldRule.Text().About("`next_start_key` of the page before."));
        yield return Parameter("paginate", ParameterLocation.Query, FieldRule.Flag().OrElse(true).About("`false`: all rows at once."));
    }

    private static OpenApiParameter Parameter(string name, ParameterLocation location, FieldRule rule) => new()
    {
        Name = name,
        In = location,
        Required = location == ParameterLocation.Path || rule.IsRequired,
        Description = rule.Meaning,
        Schema = ApiSchemas.Of(rule with { Meaning = null }),
    };

    private static bool TakesKey(string verb, Access? access, ApiDoc doc) => verb is "PUT" or "POST" or "PATCH" or "DELETE" && access != Access.Public && doc.CsvBody is null;

    private static OpenApiParameter KeyParameter() => new()
    {
        Name = RepeatedCalls.Header,
        In = ParameterLocation.Header,
        Description = "Any text of your choice, 1 to 255 visible ASCII characters. For 24 hours the same call with the same key is carried out once and answered alike: "
            + "422 for another body, 409 `request_in_progress` while it runs.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 255 },
    };

    private static string MeaningOf(string parameter) => parameter switch
    {
        "account" => "Account id, 32 hexadecimal digits.",
        "number" => "Phone number; in E.164 form or as people write it.",
        "user" => "User id.",
        "module" => "Such as `knm_bandwidth2`.",
        "function" => "The command.",
        "arg1" => "Its argument; further ones follow, a segment each.",
        "order" => "Order id, 26 characters.",
        _ => "",
    };

    private static OpenApiRequestBody? RequestBody(ApiDoc doc)
    {
        if (doc.CsvBody is { } columns)
        {
            var csv = new OpenApiSchema { Type = JsonSchemaType.String };
            return new OpenApiRequestBody { Description = columns, Required = true, Content = Content(Csv, csv) };
        }
        if (doc.Data is null && !doc.CanCost) return null;

        return new OpenApiRequestBody
        {
            Required = doc.Data?.Members?.Fields.Any(field => field.Value.IsRequired) == true,
            Content = Content(Json, ApiSchemas.Request(doc.Data ?? FieldRule.Object(), doc.CanCost)),
        };
    }

    private static OpenApiResponses Responses(ApiDoc doc, string verb, OpenApiDocument document)
    {
        var success = new OpenApiResponse { Description = "Success." };
        success.Content = doc.CsvReply is { } columns
            ? Content(Csv, new OpenApiSchema { Type = JsonSchemaType.String, Description = columns })
            : Content(Json, ApiSchemas.Reply(doc.Reply, doc.IsPaged, document));
        var responses = new OpenApiResponses { [verb == "PUT" ? "201" : "200"] = success };
        if (doc.CanWait)
            responses["202"] = new OpenApiResponse { Description = "An order at a carrier is still open (`GET …/orders/{id}`).", Content = success.Content };
        foreach (var code in doc.Failures)
        {
            responses[code.ToString(CultureInfo.InvariantCulture)] =
                new OpenApiResponse { Description = MeaningOf(code), Content = Content(Json, new OpenApiSchemaReference(ApiSchemas.ErrorName, document)) };
        }
        responses["default"] = new OpenApiResponse { Description = "Any failure.", Content = Content(Json, new OpenApiSchemaReference(ApiSchemas.ErrorName, document)) };
        return responses;
    }

    private static string MeaningOf(int code) => code switch
    {
        400 => "The request is wrong; `data` says where.",
        401 => "No token, or one that is not valid.",
        402 => "Charges: repeat the request with `accept_charges: true`.",
        403 => "Not allowed.",
        404 => "Not there, or not to be seen from here.",
        409 => "Somebody else was faster, or it exists already.",
        422 => "The `Idempotency-Key` was used for another request.",
        423 => "The account is disabled or expired.",
        429 => "Too many requests.",
        _ => "Failure.",
    };

    private static Dictionary<string, OpenApiMediaType> Content(string type, IOpenApiSchema schema) =>
        new() { [type] = new OpenApiMediaType { Schema = schema } };
}
