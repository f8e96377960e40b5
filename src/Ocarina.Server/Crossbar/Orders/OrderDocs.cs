using Ocarina.Server.Crossbar.Validation;
using Ocarina.Server.OpenApi;

namespace Ocarina.Server.Crossbar.Orders;

/// <summary>What the published description says of orders.</summary>
internal static class OrderDocs
{
    private static readonly FieldRule State = FieldRule.Choice(OrderListInput.Phases);
    private static readonly FieldRule Kind = FieldRule.Choice(OrderListInput.Kinds);
    private static readonly FieldRule Outcome = FieldRule.Choice(OrderListInput.Outcomes);

    private static readonly FieldRule Order = FieldRule.Object(new()
    {
        ["id"] = FieldRule.Text(26, 26).Required().About("Also our reference at the carrier."),
        ["kind"] = Kind.Required(),
        ["number"] = FieldRule.Text().About("Absent until the carrier names one, when some number of a group is bought."),
        ["offer"] = FieldRule.Text().About("The offer of a group."),
        ["account_id"] = FieldRule.Text(32, 32).About("Who will own the number, or owned it."),
        ["carrier"] = FieldRule.Text().Required(),
        ["feature"] = FieldRule.Text().About("Of orders of kind `feature`: what is set up or taken away at its provider, who stands in `carrier`."),
        ["removes"] = FieldRule.Flag().About("Of the same: true when it is taken away."),
        ["state"] = State.Required().About("Ended are `done`, `failed` and `pretended`; in `needs_operator` a person has to decide."),
        ["outcome"] = Outcome.About("How it ended; `stranded`: billed by the carrier and waiting for a person. Absent while it is open."),
        ["error"] = FieldRule.Text().About("Why it failed or waits, such as `number_unavailable`."),
        ["attempts"] = FieldRule.Integer(0).Required().About("How often the carrier was called."),
        ["created"] = FieldRule.Integer().Required().About("Gregorian seconds."),
        ["modified"] = FieldRule.Integer().Required().About("Gregorian seconds."),
        ["next_attempt"] = FieldRule.Integer().About("When the carrier is asked again, Gregorian seconds."),
        ["carrier_order_id"] = FieldRule.Text(),
        ["held"] = FieldRule.Number().Required().About("Credit held until it ends."),
        ["sandbox"] = FieldRule.Flag().About("Only pretended."),
        ["restrictions"] = FieldRule.Object().About("What has to be provided first."),
        ["actor"] = FieldRule.Text().About("Admins only, as all that follows."),
        ["sent"] = FieldRule.Integer().About("Gregorian seconds."),
        ["carrier_status"] = FieldRule.Text(),
        ["code"] = FieldRule.Text().About("The carrier's code of the error."),
        ["detail"] = FieldRule.Text().About("The carrier's words to the error."),
        ["warnings"] = FieldRule.List(FieldRule.Text()),
        ["surplus"] = FieldRule.Object().About("More than was wanted, which could not be given back."),
        ["followed_by"] = FieldRule.Text(26, 26).About("The order that gives the number back, after `release`."),
        ["evidence"] = FieldRule.List(FieldRule.Text()).About("What was seen, oldest first."),
    });

    public static ApiDoc List { get; } = new("List the orders of the account and of those below it, newest first")
    {
        Text = "The master account sees all orders.",
        Query =
        [
            new("state", State), new("outcome", Outcome), new("kind", Kind), new("number", FieldRule.Text().About("In any spelling.")), new("carrier", FieldRule.Text()),
            new("open", FieldRule.Flag().About("`true`: open ones only; `false`: ended ones only.")),
        ],
        IsPaged = true, Reply = FieldRule.List(Order), Failures = [400, 403, 404],
    };

    public static ApiDoc Show { get; } = new("Show an order") { Reply = Order, Failures = [403, 404] };

    public static ApiDoc Act { get; } = new("Settle, adopt or release an order")
    {
        Text = "For the super-duper admin. `settle` asks the carrier now; `adopt` gives what is stranded to an account; `release` gives it back to the carrier. "
            + "409 `order_busy` while a worker speaks to the carrier.",
        Data = FieldRule.Object(new()
        {
            ["action"] = FieldRule.Choice([.. OrderAction.Names]).Required(),
            ["account_id"] = FieldRule.Text(32, 32).About("With `adopt`: the new owner."),
            ["by_hand"] = FieldRule.Flag().OrElse(false).About("With `release`: a person has given it back; nobody is asked."),
        }),
        Reply = Order, Failures = [400, 403, 404, 409],
    };
}
