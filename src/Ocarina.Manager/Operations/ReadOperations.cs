using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Errors;
using Ocarina.Core.Lifecycle;
using Ocarina.Core.Normalization;
using Ocarina.Manager.Orders;

namespace Ocarina.Manager.Operations;

/// <summary>Reads one number as a path may see it (numbers.md 6.2; `http-api.md` 2.1 and 2.13).</summary>
public sealed class ReadOperation(NumberDesk desk, OrderReadOperation orders)
{
    /// <summary>The number, when the path may read it.</summary>
    /// <param name="actor">The account of the token.</param>
    /// <param name="path">The account of the path.</param>
    /// <param name="text">The number as given.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Pending while an order for it is open; a number that is only being bought is shown to its buyer as the discovery it was.</returns>
    public async Task<NumberResult> RunAsync(Actor actor, AccountId path, string text, CancellationToken ct)
    {
        if (!NumberInput.TryRead(desk.RulesFor(path), text, out var number, out var error))
            return new NumberResult.Failed(text, error ?? NumberErrors.NotReconcilable(text));

        var key = number.ToString();
        // The order first: one that is settled meanwhile has left its number by the time the number is read.
        var order = await orders.FindOpenAsync(actor, path, number, ct);
        var found = await desk.Numbers.LoadAsync([number], ct);
        if (found.TryGetValue(number, out var record) && NumberAuthority.IsReadable(desk.Tree, actor, path, record))
        {
            return order is null || (order.Kind == OrderKind.Acquire && record.Account is not null && record.Account == order.Account)
                ? new NumberResult.Done(key, record, IsUnchanged: true)
                : new NumberResult.Pending(key, record, order.Id, order.Phase);
        }

        return order is { Kind: OrderKind.Acquire }
            ? new NumberResult.Pending(key, record ?? order.ToDiscovery(), order.Id, order.Phase)
            : new NumberResult.Failed(key, NumberErrors.NotFound(key));
    }
}

/// <summary>Whose number it is, for routing (numbers.md 7.11). Closed.</summary>
public abstract record Identification
{
    private Identification() { }

    /// <summary>It routes to this account.</summary>
    public sealed record Routed(PhoneNumber Number, AccountId Account) : Identification;

    /// <summary>It has an owner but does not route; <paramref name="Cause"/> is <c>not_in_service</c> or <c>account_disabled</c>.</summary>
    public sealed record NotRouted(PhoneNumber Number, AccountId Account, string Cause) : Identification;

    /// <summary>It is known and visible, and nobody has it.</summary>
    public sealed record Unassigned(PhoneNumber Number) : Identification;

    /// <summary>It is unknown, or not visible from here.</summary>
    public sealed record Unknown(NumberError Error) : Identification;
}

/// <summary>Answers whose number it is (`http-api.md` 2.13): for the owner and those above it.</summary>
public sealed class IdentifyOperation(NumberDesk desk)
{
    /// <summary>Identifies a number as a path may see it.</summary>
    /// <param name="actor">The account of the token.</param>
    /// <param name="path">The account of the path.</param>
    /// <param name="text">The number as given.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<Identification> RunAsync(Actor actor, AccountId path, string text, CancellationToken ct)
    {
        if (!NumberInput.TryRead(desk.RulesFor(path), text, out var number, out var error))
            return new Identification.Unknown(error ?? NumberErrors.NotReconcilable(text));

        var found = await desk.Numbers.LoadAsync([number], ct);
        if (!found.TryGetValue(number, out var record) || !NumberAuthority.IsReadable(desk.Tree, actor, path, record))
            return new Identification.Unknown(NumberErrors.NotFound(number.ToString()));
        if (record.Account is not { } owner) return new Identification.Unassigned(number);
        if (!Routes(record.State)) return new Identification.NotRouted(number, owner, "not_in_service");
        return desk.Tree.Find(owner) is { Enabled: true }
            ? new Identification.Routed(number, owner)
            : new Identification.NotRouted(number, owner, "account_disabled");
    }

    private bool Routes(NumberState state) =>
        state is NumberState.InService or NumberState.PortIn or NumberState.PortOut
        || (state == NumberState.Reserved && desk.Config.SettingsFor(null).RouteReserved);
}
