using Ocarina.Sandbox.Faults;

namespace Ocarina.Sandbox.Bandwidth2;

/// <summary>Decides what becomes of an order, in one go and under the carrier's lock: a number is sold once.</summary>
internal static class Bandwidth2Clerk
{
    private const int SlowStepMs = 2000;
    private const int LagMs = 5000;

    /// <summary>What the order will deliver and when it shows it. Nothing is booked yet.</summary>
    public static Bandwidth2Order Decide(Bandwidth2Books books, Bandwidth2Request request, Bandwidth2OrderForm form)
    {
        var (processingAt, finalAt) = Steps(request);
        var lag = request.Call.Behaviour("order_lag");
        var order = new Bandwidth2Order
        {
            Id = books.NextId(),
            CustomerOrderId = form.CustomerOrderId,
            Name = form.Name,
            User = request.User,
            CreatedAt = request.Now,
            SiteId = form.SiteId,
            PeerId = form.PeerId,
            PartialAllowed = form.PartialAllowed,
            BackOrderRequested = form.BackOrderRequested,
            Wish = form.Wish.ToString(System.Xml.Linq.SaveOptions.DisableFormatting),
            Wanted = form.Wanted,
            ProcessingAt = processingAt,
            FinalAt = finalAt,
            ListedAt = lag is null ? request.Now : request.Now.AddMilliseconds(lag.DelayMs ?? LagMs),
            HidesNumbers = request.Call.Behaviour("no_completed_numbers") is not null,
            Flaps = request.Call.Behaviour("order_flap") is not null,
            FinalStatus = "FAILED",
        };

        if (request.Call.Behaviour("order_failed") is { } failed) return order with { Errors = [Forced(failed, Bandwidth2Error.AllUnavailable)] };
        if (request.Call.Behaviour("order_backordered") is not null) return order with { FinalStatus = "BACKORDERED", Errors = [Bandwidth2Error.BackorderedNone] };

        var (bought, errors) = form.Numbers is { } numbers ? Named(books, request, form, numbers) : Searched(books, request, form);
        if (request.Call.Behaviour("order_partial") is not null)
        {
            (bought, errors) = Halved(bought, errors);
            return order with { FinalStatus = "PARTIAL", Completed = bought, Errors = [Bandwidth2Error.OnlyPartial, .. errors] };
        }
        return Settled(order, Substituted(books, request, bought), errors, form);
    }

    /// <summary>When the two steps of an order come; null = never.</summary>
    public static (DateTimeOffset? ProcessingAt, DateTimeOffset? FinalAt) Steps(Bandwidth2Request request)
    {
        if (request.Call.Behaviour("order_slow") is not { } slow) return (request.Now, request.Now);
        var step = slow.DelayMs ?? SlowStepMs;
        return step < 0 ? (request.Now, null) : (request.Now.AddMilliseconds(step), request.Now.AddMilliseconds(2.0 * step));
    }

    /// <summary>The error a rule names, with the carrier's own as default.</summary>
    public static Bandwidth2Error Forced(FaultRule rule, Bandwidth2Error unsaid) =>
        int.TryParse(rule.Code, System.Globalization.CultureInfo.InvariantCulture, out var code) && code != unsaid.Code ? new Bandwidth2Error(code, "Refused by a rule of the sandbox") : unsaid;

    /// <summary>What is left of a backorder when its owner closes it.</summary>
    public static Bandwidth2Order Close(Bandwidth2Order order) => order with
    {
        FinalStatus = order.Completed.Count > 0 ? "PARTIAL" : "FAILED",
        Errors = [order.Completed.Count > 0 ? Bandwidth2Error.OnlyPartial : Bandwidth2Error.AllUnavailable],
    };

    private static (List<string> Bought, List<Bandwidth2Error> Errors) Named(
        Bandwidth2Books books, Bandwidth2Request request, Bandwidth2OrderForm form, IReadOnlyList<string> numbers)
    {
        var bought = new List<string>();
        var errors = new List<Bandwidth2Error>();
        foreach (var digits in numbers)
        {
            var number = books.Stock.Find(digits);
            var isOpen = number is not null && number.IsOrderable(request.Now) && (number.ReservationId is null || form.Reservations.Contains(number.ReservationId));
            if (isOpen) bought.Add(digits);
            else errors.Add(Bandwidth2Error.Unavailable(digits));
        }
        return (bought, errors);
    }

    private static (List<string> Bought, List<Bandwidth2Error> Errors) Searched(Bandwidth2Books books, Bandwidth2Request request, Bandwidth2OrderForm form) =>
        form.Criteria is { } criteria
            ? ([.. Bandwidth2Search.Find(books.Stock, criteria, request.Now).Select(number => number.Digits)], [])
            : ([], []);

    private static (List<string> Bought, List<Bandwidth2Error> Errors) Halved(List<string> bought, List<Bandwidth2Error> errors)
    {
        var kept = bought.Count / 2;
        return (bought[..kept], [.. errors, .. bought[kept..].Select(Bandwidth2Error.Unavailable)]);
    }

    // A carrier that delivers something else, or something more: the customer must notice and give it back.
    private static List<string> Substituted(Bandwidth2Books books, Bandwidth2Request request, List<string> bought)
    {
        if (bought.Count == 0) return bought;
        var isWrong = request.Call.Behaviour("deliver_wrong") is not null;
        var isMore = request.Call.Behaviour("deliver_more") is not null;
        if (!isWrong && !isMore) return bought;

        var other = books.Stock.InAreaCode(bought[0][..3]).FirstOrDefault(number =>
            number.StateAt(request.Now) == Bandwidth2NumberState.Available && number.ReservationId is null && !bought.Contains(number.Digits));
        if (other is null) return bought;
        return isWrong ? [other.Digits, .. bought[1..]] : [.. bought, other.Digits];
    }

    private static Bandwidth2Order Settled(Bandwidth2Order order, List<string> bought, List<Bandwidth2Error> errors, Bandwidth2OrderForm form)
    {
        var missing = order.Wanted - bought.Count;
        if (missing <= 0 && errors.Count == 0) return order with { FinalStatus = "COMPLETE", Completed = bought };
        if (form.BackOrderRequested)
        {
            return form.PartialAllowed && bought.Count > 0
                ? order with { FinalStatus = "BACKORDERED", Completed = bought, Errors = [Bandwidth2Error.BackorderedSome] }
                : order with { FinalStatus = "BACKORDERED", Errors = [Bandwidth2Error.BackorderedNone] };
        }

        return form.PartialAllowed && bought.Count > 0
            ? order with { FinalStatus = "PARTIAL", Completed = bought, Errors = [Bandwidth2Error.OnlyPartial, .. errors] }
            : order with { Errors = [Bandwidth2Error.AllUnavailable, .. errors] };
    }
}
