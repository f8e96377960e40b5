using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Ocarina.Cli.Output;
using Ocarina.Client;
using Ocarina.Client.Wire;

namespace Ocarina.Cli.Commands;

/// <summary><c>ocarina numbers search</c>: what could be bought.</summary>
internal static class NumbersSearchCommand
{
    private const int QuantityDefault = 15;
    private const string AnyTollfree = "8**";

    // What is shown beside number and state where any row has it. Everything else a carrier says is in --json.
    private static readonly string[] Words = ["carrier", "rate_center", "locality", "price", "rate", "activation_charge"];

    public static Command Build(CliHost host)
    {
        var prefix = new Argument<string?>("prefix")
        {
            Description = "Leading digits, 3 to 10: 415, +1415, 8** for toll-free.", Arity = ArgumentArity.ZeroOrOne,
        };
        var quantity = new Option<int>("--quantity") { Description = "How many at most.", HelpName = "N", DefaultValueFactory = _ => QuantityDefault };
        var offset = new Option<int>("--offset") { Description = "Skip this many of the last search for the same prefix.", HelpName = "N" };
        var country = new Option<string?>("--country") { Description = "Country, two letters. Default: US.", HelpName = "CC" };
        var tollfree = new Option<bool>("--tollfree") { Description = "Toll-free numbers; without a prefix any of them." };
        var blocks = new Option<int?>("--blocks") { Description = "Look for blocks of this size.", HelpName = "SIZE" };
        NumberOptions.Positive(quantity);
        NumberOptions.Positive(blocks);
        var command = new Command("search", "Search carriers and stock for numbers to buy.") { prefix, quantity, offset, country, tollfree, blocks };
        command.Validators.Add(result =>
        {
            if (result.GetValue(prefix) is null && !result.GetValue(tollfree)) result.AddError("Give a prefix, or --tollfree.");
        });
        host.Run(command, async (parse, context, ct) =>
        {
            var search = new NumberSearch(parse.GetValue(prefix) ?? AnyTollfree, parse.GetValue(quantity))
            {
                Offset = parse.GetValue(offset), Country = parse.GetValue(country), Blocks = parse.GetValue(blocks), Tollfree = parse.GetValue(tollfree),
            };
            var account = await context.AccountAsync(ct);
            Print(context, await SearchAsync(context, account, search, ct));
            return ExitCodes.Success;
        });
        return command;
    }

    // Carriers take seconds: whoever looks on sees them come in.
    private static Task<SearchResult> SearchAsync(CommandContext context, string account, NumberSearch search, CancellationToken ct)
    {
        if (context.IsJson || !context.Host.Environment.ShowsProgress) return context.Client.SearchAsync(account, search, progress: null, ct);
        return LongWork.RunAsync(context.Host, "Searching", total: null, work => context.Client.SearchAsync(account, search, new Arrivals(work), ct));
    }

    private static void Print(CommandContext context, SearchResult found)
    {
        if (context.IsJson)
        {
            foreach (var number in found.Numbers) context.Json.Line(number, WireJson.Default.FoundNumber);
            foreach (var offer in found.Offers) context.Json.Line(offer, WireJson.Default.FoundOffer);
        }
        else
        {
            if (found.Numbers.Count == 0 && found.Offers.Count == 0) context.Say("Nothing was found.");
            PrintNumbers(context, found.Numbers);
            PrintOffers(context, found.Offers);
        }

        foreach (var carrier in found.Carriers)
            if (Trouble(carrier) is { } trouble) context.Say($"ocarina: {Printable.Line(carrier.Name)}: {trouble}");
    }

    private static void PrintNumbers(CommandContext context, IReadOnlyList<FoundNumber> numbers)
    {
        var words = Words.Where(word => numbers.Any(number => number.Extras?.ContainsKey(word) == true)).ToList();
        var blocks = numbers.Any(number => number.Size is not null);
        var table = new Table(context.Host, ["NUMBER", "STATE", .. blocks ? ["SIZE"] : Array.Empty<string>(), .. words.Select(Header)]);
        foreach (var number in numbers)
        {
            var size = number.Size?.ToString(CultureInfo.InvariantCulture);
            table.Add([number.Number, number.State, .. blocks ? [size] : Array.Empty<string?>(), .. words.Select(word => Cell(number.Extras, word))]);
        }

        table.Finish();
    }

    private static void PrintOffers(CommandContext context, IReadOnlyList<FoundOffer> offers)
    {
        var words = Words.Where(word => offers.Any(offer => offer.Extras?.ContainsKey(word) == true)).ToList();
        var table = new Table(context.Host, ["OFFER", "CARRIER", "NUMBERS", "AVAILABLE", .. words.Select(Header)]);
        foreach (var offer in offers)
            table.Add([offer.Id, offer.Carrier, offer.NumberPattern, offer.QuantityAvailable?.ToString(CultureInfo.InvariantCulture), .. words.Select(word => Cell(offer.Extras, word))]);
        table.Finish();
    }

    private static string Header(string word) => word.ToUpperInvariant().Replace('_', ' ');

    private static string Cell(Dictionary<string, JsonElement>? extras, string word)
    {
        if (extras is null || !extras.TryGetValue(word, out var value)) return "";
        if (value.ValueKind != JsonValueKind.Object) return Printable.Value(value);
        return word switch
        {
            "rate_center" => Joined(", ", Text(value, "name"), Text(value, "state")),
            "locality" => Joined(", ", Text(value, "locality"), Text(value, "province")),
            "price" => Price(value),
            _ => Printable.Value(value),
        };
    }

    // 1.35 USD a month, and what it costs once when that is not nothing.
    private static string Price(JsonElement price)
    {
        var currency = Text(price, "currency");
        var setup = Text(price, "setup");
        var costsOnce = setup is not null && setup.AsSpan().ContainsAnyInRange('1', '9');
        return Joined(" + ", Text(price, "monthly") is { } monthly ? $"{monthly} {currency}/month" : null, costsOnce ? $"{setup} {currency} once" : null);
    }

    private static string? Text(JsonElement members, string name) => members.TryGetProperty(name, out var value) && Printable.Value(value) is { Length: > 0 } text ? text : null;

    private static string Joined(string between, params string?[] parts) => string.Join(between, parts.Where(part => part is not null));

    // What a carrier does not sell is no trouble; what it could not say is.
    private static string? Trouble(CarrierOutcome carrier) => carrier switch
    {
        { State: "late", Count: > 0 } => null,
        { State: "late" } => $"no answer within {carrier.ElapsedMs} ms; what comes later is on the next page",
        { State: "error" } => $"failed ({Printable.Line(Joined(": ", carrier.Error, carrier.Reason))})",
        { State: "skipped", Error: "not_configured" } => "not configured",
        _ => null,
    };

    private sealed class Arrivals(IWorkProgress work) : IProgress<CarrierNews>
    {
        private int _carriers;
        private int _numbers;

        public void Report(CarrierNews value)
        {
            _carriers++;
            _numbers += value.Numbers.Count;
            work.Report(_carriers, $"{Printable.Line(value.Carrier.Name)} answered; {_numbers} found");
        }
    }
}
