using System.Collections.Frozen;
using Ocarina.Server.Crossbar.Validation;

namespace Ocarina.Server.OpenApi;

/// <summary>What the published description says of phone numbers, by name of the endpoint; the one-line summaries stand beside the handlers.</summary>
internal static class PhoneNumberDocs
{
    private static readonly string[] States = ["discovery", "available", "reserved", "in_service", "released", "aging", "port_in", "port_out", "deleted"];

    private static readonly DocumentRules PublicFields = new()
    {
        ["cnam"] = FieldRule.Object(new()
        {
            ["display_name"] = FieldRule.Text(1, 15).About("Caller name shown to those who are called."),
            ["inbound_lookup"] = FieldRule.Flag().About("Looks up the names of callers."),
        }),
        ["e911"] = FieldRule.Object(new()
        {
            ["street_address"] = FieldRule.Text().Required(),
            ["extended_address"] = FieldRule.Text(),
            ["locality"] = FieldRule.Text().Required(),
            ["region"] = FieldRule.Text(2, 2).Required(),
            ["postal_code"] = FieldRule.Text().Required(),
            ["caller_name"] = FieldRule.Text(3),
            ["notification_contact_emails"] = FieldRule.List(FieldRule.Text()),
        }),
        ["failover"] = FieldRule.Object(new() { ["e164"] = FieldRule.Text(), ["sip"] = FieldRule.Text() }),
        ["prepend"] = FieldRule.Object(new() { ["enabled"] = FieldRule.Flag(), ["name"] = FieldRule.Text(), ["number"] = FieldRule.Text() }),
        ["ringback"] = FieldRule.Object(new() { ["early"] = FieldRule.Text(), ["transfer"] = FieldRule.Text() }),
        ["force_outbound"] = FieldRule.Flag(),
        ["carrier_name"] = FieldRule.Text(1, 30).About("Admins only: on creation the carrier, afterwards a change of its name."),
    };

    private static readonly FieldRule Fields = FieldRule.Object(PublicFields).About("Public fields. Others than these are kept as they are.");

    private static readonly FieldRule Number = FieldRule.Object(With(PublicFields, new()
    {
        ["id"] = FieldRule.Text().Required().About("The number."),
        ["state"] = FieldRule.Choice([.. States]).Required(),
        ["used_by"] = FieldRule.Text().About("The application that uses it; left out when none does."),
        ["features"] = FieldRule.List(FieldRule.Text()).Required().About("Names of the active features."),
        ["_read_only"] = FieldRule.Object(new()
        {
            ["created"] = FieldRule.Integer().Required().About("Gregorian seconds."),
            ["modified"] = FieldRule.Integer().Required().About("Gregorian seconds."),
            ["state"] = FieldRule.Choice([.. States]).Required(),
            ["features_available"] = FieldRule.List(FieldRule.Text()).Required(),
            ["features_failed"] = FieldRule.List(FieldRule.Text()).About("Features that were asked for with this call and that their providers refused."),
            ["features_pending"] = FieldRule.List(FieldRule.Text()).About("Features that were asked for with this call and on which their providers still work."),
            ["carrier_module"] = FieldRule.Text(),
        }).Required(),
    }));

    private static readonly FieldRule Creation = FieldRule.Object(With(PublicFields, new()
    {
        ["create_with_state"] = FieldRule.Choice([.. States]).About("`reserved` when absent, unless the configuration says otherwise."),
    }));

    private static readonly FieldRule Numbers = FieldRule.List(FieldRule.Text(), 1) with { IsSet = true };
    private static readonly FieldRule Many = FieldRule.Object(new()
    {
        ["success"] = FieldRule.Object().Required().About("Number to number document."),
        ["error"] = FieldRule.Object().About("Number to number error; left out when all succeeded."),
        ["pending"] = FieldRule.Object().About("Number to number document with `_read_only.order`: a carrier has still to decide. The status is then 202."),
    });

    private static readonly FieldRule Hits = FieldRule.List(FieldRule.Object(new()
    {
        ["number"] = FieldRule.Text().Required(), ["state"] = FieldRule.Choice([.. States]).Required(), ["size"] = FieldRule.Integer(1), ["carrier"] = FieldRule.Text(),
        ["country"] = FieldRule.Text(2, 2), ["number_type"] = FieldRule.Text(), ["features"] = FieldRule.List(FieldRule.Text()),
        ["rate_center"] = FieldRule.Object(new() { ["name"] = FieldRule.Text(), ["state"] = FieldRule.Text(), ["lata"] = FieldRule.Text() }),
        ["price"] = FieldRule.Object(new() { ["currency"] = FieldRule.Text(), ["setup"] = FieldRule.Text(), ["monthly"] = FieldRule.Text() }).About("What the carrier asks, decimals as text."),
        ["expires_at"] = FieldRule.Integer().About("Gregorian seconds until which the carrier holds the number for us."),
    }));

    private static readonly FieldRule Class = FieldRule.Object(new()
    {
        ["name"] = FieldRule.Text(), ["regex"] = FieldRule.Text(), ["friendly_name"] = FieldRule.Text(), ["pretty_print"] = FieldRule.Text(), ["emergency"] = FieldRule.Flag(),
        ["number"] = FieldRule.Text().Required(), ["e164"] = FieldRule.Text().Required(), ["pretty"] = FieldRule.Text(), ["reconcilable"] = FieldRule.Flag().Required(),
    });

    private static readonly ApiParameter[] Search =
    [
        new("prefix", FieldRule.Text(3, 10).About("Leading digits, with or without country code; makes this a search.")),
        new("quantity", FieldRule.Integer(1).OrElse(1)),
        new("offset", FieldRule.Integer(0).OrElse(0).About("0 searches anew; N continues the last search at row N.")),
        new("country", FieldRule.Text(2, 2).OrElse("US")),
        new("blocks", FieldRule.Integer(2).About("Wanted size of blocks of consecutive numbers.")),
        new("tollfree", FieldRule.Flag().OrElse(false).About("Tollfree numbers; a prefix such as `800` or `8**` says so by itself.")),
        new("stream", FieldRule.Flag().OrElse(false).About("Answers `application/x-ndjson`: a line `{carrier, data}` for each carrier as it answers, and last a line as the envelope would be.")),
        new("rate_center", FieldRule.Text(1, 100).About("Handed on to carriers, as are `city`, `lata`, `locality`, `number_type`, `pattern`, `state` and `zip`.")),
    ];

    private const string SearchText =
        "`data` is a list of numbers, sorted. Beside it `carriers` says what became of each carrier: `{name, state, count, elapsed_ms, error}`, state one of `ok`, `empty`, `late`, `error`, `skipped`; "
        + "and `offers`, when there are such, lists groups that sell some number of theirs: `{id, carrier, number_pattern, quantity_available, …}`.";

    private static readonly ApiParameter[] Filters =
    [
        new("filter_state", FieldRule.Choice([.. States])), new("filter_used_by", FieldRule.Text()), new("filter_features", FieldRule.Text()),
        new("filter_locality", FieldRule.Text()), new("filter_assigned_to", FieldRule.Text(32, 32)),
        new("created_from", FieldRule.Integer().About("Gregorian seconds, inclusive.")), new("created_to", FieldRule.Integer()),
        new("modified_from", FieldRule.Integer()), new("modified_to", FieldRule.Integer()),
    ];

    private static readonly ApiParameter Hard = new("hard", FieldRule.Flag().OrElse(false).About("Erases at once; super-duper admin only."));
    private static readonly ApiParameter AsOf = new("as_of", FieldRule.Text().About("RFC 3339 with zone, or Gregorian seconds: the number as it stood then."));

    private const string Columns = "Header row with columns of the export; `e164` is the least: e164, state, account_id, carrier_module, …";

    private static readonly FrozenDictionary<string, ApiDoc> ByName = new Dictionary<string, ApiDoc>(StringComparer.Ordinal)
    {
        ["phone_numbers.list"] = new("")
        {
            Query = [.. Search, .. Filters], IsPaged = true, Failures = [400, 403, 404],
            Text = "Without `prefix`: `data.numbers` maps each number to its row, and `data.cascade_quantity` counts the numbers of the accounts below. With `prefix`: " + SearchText,
        },
        ["phone_numbers.search_public"] = new("")
        {
            Query = [Search[0] with { Rule = Search[0].Rule.Required() }, .. Search[1..], new("reseller_id", FieldRule.Text(32, 32))], Reply = Hits, Failures = [400, 404], Text = SearchText,
        },
        ["phone_numbers.carriers_info"] = new("")
        {
            Reply = FieldRule.Object(new()
            {
                ["maximal_prefix_length"] = FieldRule.Integer(1).Required().About("Longest prefix that all enabled carriers can use."),
                ["usable_carriers"] = FieldRule.List(FieldRule.Text()).Required(),
                ["usable_creation_states"] = FieldRule.List(FieldRule.Choice([.. States])).Required(),
            }),
            Failures = [403, 404],
        },
        ["phone_numbers.check"] = new("")
        {
            Data = FieldRule.Object(new() { ["numbers"] = Numbers.Required() }), Failures = [400, 403, 404],
            Reply = FieldRule.Object().About("Number to `success`, when it could be bought now, or `error`."),
        },
        ["phone_numbers.classifiers"] = new("") { Reply = FieldRule.Object().About("Name of the class to its settings."), Failures = [403, 404] },
        ["phone_numbers.classify"] = new("") { Reply = Class, Failures = [403, 404] },
        ["phone_numbers.identify"] = new("")
        {
            Reply = FieldRule.Object(new() { ["account_id"] = FieldRule.Text(32, 32).Required(), ["number"] = FieldRule.Text().Required() }), Failures = [400, 403, 404],
        },
        ["phone_numbers.show"] = new("") { Query = [AsOf], Reply = Number, Failures = [400, 403, 404] },
        ["phone_numbers.create"] = new("") { Data = Creation, Reply = Number, CanCost = true, Failures = [400, 402, 403, 404, 409] },
        ["phone_numbers.replace"] = new("") { Data = Fields, Reply = Number, CanCost = true, Failures = [400, 402, 403, 404, 412] },
        ["phone_numbers.merge"] = new("") { Data = Fields, Reply = Number, CanCost = true, Failures = [400, 402, 403, 404, 412] },
        ["phone_numbers.release"] = new("") { Query = [Hard], Reply = Number, Failures = [403, 404] },
        ["phone_numbers.activate"] = new("") { Data = Fields, Reply = Number, CanCost = true, CanWait = true, Failures = [400, 402, 403, 404, 409, 429] },
        ["phone_numbers.reserve"] = new("") { Data = Fields, Reply = Number, CanCost = true, CanWait = true, Failures = [400, 402, 403, 404, 409] },
        ["phone_numbers.create_many"] = new("") { Data = Listed(Creation), Reply = Many, CanCost = true, Failures = [400, 402, 403] },
        ["phone_numbers.replace_many"] = new("") { Data = Listed(Fields), Reply = Many, CanCost = true, Failures = [400, 402, 403] },
        ["phone_numbers.merge_many"] = new("") { Data = Listed(Fields), Reply = Many, CanCost = true, Failures = [400, 402, 403] },
        ["phone_numbers.release_many"] = new("") { Query = [Hard], Data = Listed(FieldRule.Object()), Reply = Many, Failures = [400, 403] },
        ["phone_numbers.activate_many"] = new("")
        {
            Data = FieldRule.Object(With(PublicFields, new()
            {
                ["numbers"] = Numbers.About("Or `prefix`, or `offers`."),
                ["offers"] = FieldRule.List(FieldRule.Object(new() { ["id"] = FieldRule.Text().Required(), ["quantity"] = FieldRule.Integer(1).OrElse(1) }), 1)
                    .About("Groups of a search, of which the carrier sells some number."),
                ["prefix"] = FieldRule.Text(3, 10).About("Any free numbers that begin so."),
                ["quantity"] = FieldRule.Integer(1).OrElse(1),
                ["country"] = FieldRule.Text(2, 2).OrElse("US"),
            })),
            Reply = Many, CanCost = true, CanWait = true, Failures = [400, 402, 403, 409, 429],
        },
        ["phone_numbers.import"] = new("")
        {
            Query = [new ApiParameter("action", FieldRule.Choice("import", "assign_to", "update_merge", "update_overwrite", "release", "reserve", "delete").OrElse("import")
                .About("What to do with the numbers of the file; `delete` is for admins."))],
            CsvBody = Columns, CsvReply = "e164, result (`created`, `done`, `unchanged`, `pending`, `failed`), error", Failures = [400, 403, 415],
        },
        ["phone_numbers.export"] = new("") { Query = Filters, CsvReply = Columns, Failures = [403, 404] },
        ["phone_numbers.events"] = new("")
        {
            IsPaged = true, Failures = [403, 404],
            Reply = FieldRule.List(FieldRule.Object(new()
            {
                ["seq"] = FieldRule.Integer().Required(), ["revision"] = FieldRule.Integer().Required(), ["time"] = FieldRule.Text().Required(),
                ["actor"] = FieldRule.Text(), ["action"] = FieldRule.Text().Required(), ["reason"] = FieldRule.Text(),
                ["before"] = FieldRule.Object(), ["after"] = FieldRule.Object(), ["hash"] = FieldRule.Text().Required(),
            })),
        },
        ["ledger.verify"] = new("")
        {
            Reply = FieldRule.Object(new()
            {
                ["numbers"] = FieldRule.Integer(0).Required(), ["events"] = FieldRule.Integer(0).Required(),
                ["broken"] = FieldRule.List(FieldRule.Object()).Required().About("Chains that are not whole."),
                ["different"] = FieldRule.List(FieldRule.Object()).Required().About("Numbers whose row is not what its events make of it."),
            }),
        },
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The names described here.</summary>
    public static IEnumerable<string> Names => ByName.Keys;

    /// <summary>What is said of an endpoint; <see langword="null"/> when it is none of these.</summary>
    public static ApiDoc? Find(string? name) => name is null ? null : ByName.GetValueOrDefault(name);

    private static FieldRule Listed(FieldRule fields) =>
        FieldRule.Object(With(fields.Members ?? new DocumentRules(), new() { ["numbers"] = Numbers.Required() }));

    private static DocumentRules With(DocumentRules first, DocumentRules second)
    {
        var both = new DocumentRules();
        foreach (var (name, rule) in second.Fields.Concat(first.Fields)) both[name] = rule;
        return both;
    }
}
