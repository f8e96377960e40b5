using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Manager.Orders;
using Ocarina.Server.Crossbar.Validation;

namespace Ocarina.Server.Crossbar.Orders;

/// <summary>What an admin wants done with an order. Closed.</summary>
internal abstract record OrderAction
{
    public const string SettleName = "settle";
    public const string AdoptName = "adopt";
    public const string ReleaseName = "release";

    private OrderAction() { }

    public static string[] Names { get; } = [SettleName, AdoptName, ReleaseName];

    /// <summary>Asks the carrier now.</summary>
    public sealed record Settle : OrderAction;

    /// <summary>Gives what is stranded to an account.</summary>
    public sealed record Adopt(AccountId Account) : OrderAction;

    /// <summary>Gives it back, or takes a person's word that it was.</summary>
    public sealed record Release(bool ByHand) : OrderAction;

    /// <summary>Reads it.</summary>
    /// <returns>The reply to a bad one, or <see langword="null"/>.</returns>
    public static IResult? TryRead(CrossbarRequest request, out OrderAction action)
    {
        action = new Settle();
        var text = request.Parameter("account_id");
        switch (request.Parameter("action"))
        {
            case null: return CrossbarResults.Validation(FieldProblem.Required("action"));
            case SettleName: return null;
            case ReleaseName:
                action = new Release(request.Flag("by_hand"));
                return null;
            case AdoptName when text is null: return CrossbarResults.Validation(FieldProblem.Required("account_id"));
            case AdoptName:
                if (!AccountId.TryParse(text, out var account)) return CrossbarResults.Validation(FieldProblem.Invalid("account_id", "The text is no account's id", text));
                action = new Adopt(account);
                return null;
            case { } other: return CrossbarResults.Validation(FieldProblem.Enum("action", Names, other));
        }
    }

    public Task<OrderActionOutcome> RunAsync(OrderOperations operations, Actor actor, OrderKey order, CancellationToken ct) => this switch
    {
        Adopt adopt => operations.AdoptAsync(actor, order, adopt.Account, ct),
        Release release => operations.ReleaseAsync(actor, order, release.ByHand, ct),
        _ => operations.SettleAsync(actor, order, ct),
    };
}
