using Ocarina.Client;
using Ocarina.Client.Wire;

namespace Ocarina.Cli.Output;

/// <summary>The handshake about charges: a call that costs something is answered with a quote first (http-api.md 1.13).</summary>
internal static class Charges
{
    /// <summary>Makes the call; shows the quote and asks when there is one and somebody to ask.</summary>
    /// <param name="context">The running command.</param>
    /// <param name="accepted">Whether charges are accepted already.</param>
    /// <param name="call">The call, told whether charges are accepted. Its key stays the same: agreeing makes no other call of it.</param>
    /// <param name="ct">Ends the wait for the server and for the person.</param>
    public static async Task<NumbersOutcome> SettleAsync(CommandContext context, bool accepted, Func<CallOptions, Task<NumbersOutcome>> call, CancellationToken ct)
    {
        var options = new CallOptions { AcceptCharges = accepted };
        try
        {
            return await call(options);
        }
        catch (OcarinaApiException e) when (!accepted && e.AsksToAcceptCharges)
        {
            Show(context, e.Quotes);
            if (context.IsJson || !context.Host.Environment.IsInputTerminal || !context.Host.Environment.IsErrorTerminal) throw;
        }

        var answer = await context.Host.AskAsync("Accept these charges? [y/N] ", secret: false, ct);
        if (answer?.Trim().ToLowerInvariant() is not ("y" or "yes"))
            throw new CommandFailedException("The charges were not accepted; nothing was changed.");
        return await call(options with { AcceptCharges = true });
    }

    /// <summary>What invoices say, a line for each item.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<Quote> quotes)
    {
        foreach (var quote in quotes)
        {
            foreach (var item in quote.ActivationCharges) yield return $"  {Label(item)}: {Printable.Money(item.Total ?? item.Rate)} once";
            foreach (var item in quote.Items.Where(item => item.Quantity is null or > 0))
                yield return $"  {Label(item)}: {Printable.Money(item.Total)} per period ({item.Quantity:0.##} at {Printable.Money(item.Rate)}{Discount(item)})";
            if (quote.Summary is { } sum)
                yield return $"  In all: {Printable.Money(sum.Today ?? 0)} today, {Printable.Money(sum.Recurring ?? 0)} per period for the account";
        }
    }

    private static void Show(CommandContext context, IReadOnlyList<Quote> quotes)
    {
        context.Say("This would cost:");
        foreach (var line in Lines(quotes)) context.Say(line);
    }

    private static string Label(QuoteItem item) => Printable.Line(item.Name ?? item.Item ?? item.Category ?? "item");

    private static string Discount(QuoteItem item) => item.Discount is > 0 ? $", less {Printable.Money(item.Discount)}" : "";
}
