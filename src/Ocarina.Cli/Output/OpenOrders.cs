using Ocarina.Client.Wire;

namespace Ocarina.Cli.Output;

/// <summary>Waits for what a carrier has still to decide (<c>--wait</c>).</summary>
internal static class OpenOrders
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <returns>The outcome with the carriers' last words in it; what needs a person stays open.</returns>
    public static async Task<NumbersOutcome> WaitAsync(CommandContext context, string account, NumbersOutcome outcome, CancellationToken ct)
    {
        context.Say(outcome.Pending.Count == 1 ? "Waiting for the carrier." : $"Waiting for the carrier: {outcome.Pending.Count} orders.");
        var (succeeded, failed, left) = (outcome.Succeeded.ToList(), outcome.Failed.ToList(), new List<NumberDocument>());
        foreach (var number in outcome.Pending)
        {
            if (number.ReadOnly?.Order?.Id is not { } id) left.Add(number); // a server that names no order cannot be asked about it
            else await SortAsync(number, await EndAsync(context, account, id, ct));
        }

        return new NumbersOutcome(succeeded, failed) { Pending = left };

        async Task SortAsync(NumberDocument number, OrderDocument order)
        {
            if (!order.IsEnded) left.Add(number with { ReadOnly = number.ReadOnly! with { Order = new OrderReference { Id = order.Id, State = order.State } } }); // it named the order
            else if (order.State == "failed") failed.Add(new NumberFailure(number.Id, Problem(order)));
            else succeeded.Add(await context.Client.GetAsync(account, order.Number ?? number.Id, asOf: null, ct));
        }
    }

    /// <summary>The order when it has ended, or when a person has to decide.</summary>
    public static async Task<OrderDocument> EndAsync(CommandContext context, string account, string id, CancellationToken ct)
    {
        while (true)
        {
            var order = await context.Client.GetOrderAsync(account, id, ct);
            if (order.IsEnded || order.NeedsOperator) return order;
            await Task.Delay(Pause, context.Host.Environment.Clock, ct);
        }
    }

    private static NumberProblem Problem(OrderDocument order) => new()
    {
        Code = order.Error == "number_unavailable" ? 409 : 500,
        Error = order.Error ?? "failed",
        Message = $"order {order.Id} failed{(order.Detail is { } detail ? $": {detail}" : "")}",
    };
}
