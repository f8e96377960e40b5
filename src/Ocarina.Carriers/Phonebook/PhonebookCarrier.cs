using System.Text.Json;
using System.Text.Json.Nodes;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Phonebook;

/// <summary>The carrier <c>other</c> (carriers.md 6.0, numbers.md 11.4): numbers that the cluster's admins manage by hand, and a phonebook when there is one.</summary>
internal sealed class PhonebookCarrier(ICarrierHost host) : HttpCarrier(host)
{
    private const int SearchQuantityMax = 500;
    private const int BlockSizeMax = 10_000;

    private static readonly string[] ForSale = ["available", "success"];

    /// <inheritdoc/>
    public override CarrierName Name => CarrierName.Other;

    /// <inheritdoc/>
    public override CarrierInfo Info { get; } = new(
        CarrierCapabilities.Searches | CarrierCapabilities.Acquires | CarrierCapabilities.Disconnects | CarrierCapabilities.Tollfree | CarrierCapabilities.Blocks
            | CarrierCapabilities.Checks | CarrierCapabilities.MayResend,
        PrefixLengthMax: 10, []);

    /// <inheritdoc/>
    protected override string? MissingKey(CarrierSettings settings, OrderKind? kind) => null; // without a phonebook everything is done by hand

    /// <summary>The document has no such switch of its own: it pretends only when somebody says so.</summary>
    protected override bool Pretends(CarrierSettings settings) => settings.Flag("sandbox_provisioning", false);

    /// <inheritdoc/>
    protected override async Task<FindReply> SearchAsync(CarrierSearch search, CarrierContext context, CancellationToken ct)
    {
        if (!HasPhonebook(context)) return FindReply.Skipped;
        var (channel, wire) = Open(context);
        var most = Math.Min(search.Quantity, context.Settings.WholeNumber("max_search_quantity", SearchQuantityMax, 1));
        var prefix = search.Prefix.TrimEnd('*');
        return search.Blocks is { } size
            ? BlocksOf(PhonebookWire.Data(await channel.ReadAsync(wire.Blocks(search.Country, prefix, size, most, search.Offset), ct)), wire.Country(search.Country), context)
            : NumbersOf(PhonebookWire.Data(await channel.ReadAsync(wire.Search(search.Country, prefix, most, search.Offset), ct)), wire.Country(search.Country), context);
    }

    /// <inheritdoc/>
    protected override async Task<CarrierOutcome> OrderAsync(CarrierOrder order, CarrierContext context, CancellationToken ct)
    {
        if (!HasPhonebook(context)) return new CarrierOutcome.Done(order.CarrierData);
        var (channel, wire) = Open(context);
        var reply = await channel.WriteAsync(wire.Order(CountryOf(order), order.Number), ct);
        if (!reply.IsSuccess) return HttpErrors.OfWrite(reply);
        JsonElement data;
        try
        {
            data = PhonebookWire.Data(reply);
        }
        catch (CarrierException refused) when (refused.Error.Kind == CarrierErrorKind.InvalidRequest)
        {
            return new CarrierOutcome.Refused(refused.Error); // it says no in so many words
        }

        // Success of the whole says nothing of the number: its own status does.
        var own = data.ValueKind == JsonValueKind.Object
            ? data.EnumerateObject().Where(member => PhonebookWire.Number(member.Name, context) == order.Number).Select(member => (JsonElement?)member.Value).FirstOrDefault()
            : null;
        if (own is not { } bought || bought.Text("status") is not { } status) return new CarrierOutcome.Unknown(new CarrierError(CarrierErrorKind.BadReply, "The answer does not name the number"));
        return PhonebookWire.IsSuccess(status)
            ? new CarrierOutcome.Done(Merged(order.CarrierData, bought))
            : new CarrierOutcome.Refused(new CarrierError(CarrierErrorKind.NumberUnavailable, bought.Text("message") ?? bought.Text("reason") ?? status, bought.Text("code")));
    }

    /// <summary>There is no reference to look for: a number that is still for sale was not bought; of another one nobody can say by whom.</summary>
    protected override async Task<CarrierOutcome> LookUpAsync(CarrierOrder order, CarrierContext context, CancellationToken ct)
    {
        if (!HasPhonebook(context)) return new CarrierOutcome.Done(order.CarrierData);
        if (order.Kind == OrderKind.Disconnect) return new CarrierOutcome.Done(DocumentText.Empty);
        var (channel, wire) = Open(context);
        var call = wire.Status(CountryOf(order), [PhonebookWire.Plain(order.Number)]) with { BypassesCircuit = true };
        var status = StatusesOf(PhonebookWire.Data(await channel.ReadAsync(call, ct)), context).FirstOrDefault(item => item.Number == order.Number).Status;
        if (status is not null && ForSale.Contains(status, StringComparer.OrdinalIgnoreCase)) return new CarrierOutcome.Absent();
        var error = new CarrierError(CarrierErrorKind.OutcomeUnknown, $"The phonebook says of the number: {status ?? "nothing"}");
        return context.Clock.GetUtcNow() - (order.SentAt ?? DateTimeOffset.MaxValue) > context.Settings.RecoverLag
            ? new CarrierOutcome.NeedsOperator(error)
            : new CarrierOutcome.Unknown(error);
    }

    /// <inheritdoc/>
    protected override Task<CarrierOutcome> ReleaseAsync(CarrierOrder order, CarrierContext context, CancellationToken ct) =>
        Task.FromResult<CarrierOutcome>(new CarrierOutcome.Done(DocumentText.Empty)); // local only: a phonebook has no such call

    /// <inheritdoc/>
    protected override async Task<IReadOnlyDictionary<PhoneNumber, CarrierCheck>> CheckCoreAsync(IReadOnlyList<PhoneNumber> numbers, CarrierContext context, CancellationToken ct)
    {
        if (!HasPhonebook(context)) return await base.CheckCoreAsync(numbers, context, ct);
        var (channel, wire) = Open(context);
        var statuses = StatusesOf(PhonebookWire.Data(await channel.ReadAsync(wire.Status(null, numbers.Select(PhonebookWire.Plain)), ct)), context)
            .DistinctBy(item => item.Number).ToDictionary(item => item.Number, item => item.Status);
        return numbers.Distinct().ToDictionary(number => number, number =>
            !statuses.TryGetValue(number, out var status) || status is null ? CarrierCheck.Error
            : ForSale.Contains(status, StringComparer.OrdinalIgnoreCase) ? CarrierCheck.Available
            : CarrierCheck.Unavailable);
    }

    /// <inheritdoc/>
    protected override async Task<CarrierError?> HealthCoreAsync(CarrierContext context, CancellationToken ct)
    {
        if (!HasPhonebook(context)) return null;
        var (channel, wire) = Open(context);
        PhonebookWire.Data(await channel.ReadAsync(wire.Search("", "+1", 1, 0) with { BypassesCircuit = true }, ct));
        return null;
    }

    private static bool HasPhonebook(CarrierContext context) => context.Settings.IsSet("phonebook_url");

    /// <summary>The country of the search that found it; none for numbers that were typed in.</summary>
    private static string? CountryOf(CarrierOrder order) => new CarrierSettings(order.CarrierData.ToObject()).Text("country");

    private (CarrierChannel Channel, PhonebookWire Wire) Open(CarrierContext context)
    {
        var wire = new PhonebookWire(context.Settings);
        return (Http.Open(Name, context, new ChannelOptions(wire.Address)), wire);
    }

    private static FindReply NumbersOf(JsonElement data, string country, CarrierContext context)
    {
        var hits = new List<CarrierHit>();
        var dropped = 0;
        foreach (var (text, extra) in Entries(data))
        {
            if (PhonebookWire.Number(text, context) is { } number) hits.Add(Hit(number, country, extra));
            else dropped++;
        }

        return new FindReply(hits) { Dropped = dropped };
    }

    /// <summary>Both ends of each run; only the first one says how long it is, and each is bought by itself.</summary>
    private static FindReply BlocksOf(JsonElement data, string country, CarrierContext context)
    {
        var hits = new List<CarrierHit>();
        var dropped = 0;
        foreach (var block in data.ValueKind == JsonValueKind.Array ? data.EnumerateArray() : Enumerable.Empty<JsonElement>())
        {
            if (PhonebookWire.Number(block.Text("start_number"), context) is not { } first || PhonebookWire.Number(block.Text("end_number"), context) is not { } last
                || SizeOf(first, last) is not { } size)
            {
                dropped++;
                continue;
            }

            hits.Add(Hit(first, country, block) with { BlockSize = size });
            if (last != first) hits.Add(Hit(last, country, block));
        }

        return new FindReply(hits) { Dropped = dropped };
    }

    private static int? SizeOf(PhoneNumber first, PhoneNumber last) =>
        long.TryParse(first.ToString().AsSpan(1), out var from) && long.TryParse(last.ToString().AsSpan(1), out var to) && to >= from && to - from < BlockSizeMax ? (int)(to - from) + 1 : null;

    private static CarrierHit Hit(PhoneNumber number, string country, JsonElement extra)
    {
        var data = Merged(DocumentText.From(new JsonObject { ["country"] = country }), extra);
        var center = extra.Member("rate_center") is { ValueKind: JsonValueKind.Object } known ? new RateCenter(known.Text("name"), known.Text("state"), known.Text("lata")) : null;
        return new CarrierHit(number)
        {
            Country = country,
            NumberType = CarrierNumbers.IsTollfree(CarrierNumbers.TenDigits(number)) ? "tollfree" : null,
            RateCenter = center,
            Locality = extra.Member("locality") is { ValueKind: JsonValueKind.Object } place ? place.Text("locality") ?? place.Text("city") : extra.Text("locality") ?? extra.Text("city"),
            CarrierData = data,
        };
    }

    /// <summary>An object from number to what is known of it; some phonebooks send a list.</summary>
    private static IEnumerable<(string? Number, JsonElement Extra)> Entries(JsonElement data) => data.ValueKind switch
    {
        JsonValueKind.Object => data.EnumerateObject().Select(member => ((string?)member.Name, member.Value)),
        JsonValueKind.Array => data.EnumerateArray().Select(item => (item.Text("number"), item)),
        _ => [],
    };

    private static IEnumerable<(PhoneNumber Number, string? Status)> StatusesOf(JsonElement data, CarrierContext context) =>
        from item in data.ValueKind == JsonValueKind.Array ? data.EnumerateArray() : Enumerable.Empty<JsonElement>()
        let number = PhonebookWire.Number(item.Text("number"), context)
        where number is not null
        select (number.Value, item.Text("status"));

    private static DocumentText Merged(DocumentText before, JsonElement more)
    {
        var data = before.ToObject();
        if (more.ValueKind == JsonValueKind.Object)
            foreach (var member in more.EnumerateObject())
                if (member.Name != "status") data[member.Name] = JsonNode.Parse(member.Value.GetRawText());
        return DocumentText.From(data);
    }
}
