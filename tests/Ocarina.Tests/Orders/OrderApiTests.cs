using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Storage;
using Ocarina.Storage.Orders;
using Ocarina.Tests.PhoneNumbers;
using Ocarina.Tests.Support;
using Xunit;
using static Ocarina.Tests.PhoneNumbers.NumberLab;

namespace Ocarina.Tests.Orders;

/// <summary>Orders as accounts and admins see them over HTTP (numbers.md 7.5 and 7.14).</summary>
public sealed class OrderApiTests(NumberLabs labs) : IClassFixture<NumberLabs>
{
    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Both))]
    public async Task An_order_is_shown_to_its_account_and_the_carriers_words_to_admins(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = lab.Fresh();
        var id = await MakeAsync(lab, number, lab.Alice, OrderPhase.Waiting, row => row with
        {
            CarrierOrderId = "c-17",
            CarrierStatus = "PROCESSING",
            Attempts = 3,
            CreditHeld = "1.50",
            NextAttempt = row.Created.AddSeconds(30),
            SentAt = row.Created.AddSeconds(1),
            Evidence = ["202 order taken"],
            Data = new OrderData { Detail = "be patient", Code = "5005" },
        });
        var created = lab.Clock.GetUtcNow().ToGregorianSeconds();
        var common = $$"""
            "id":"{{id}}","kind":"acquire","number":"{{number}}","account_id":"{{lab.Alice}}","carrier":"bandwidth2","state":"waiting","attempts":3,
            "created":{{created}},"modified":{{created}},"next_attempt":{{created + 30}},"carrier_order_id":"c-17","held":1.50
            """;

        var own = await lab.CallAsync(lab.Alice, "GET", $"/v2/accounts/{lab.Alice}/orders/{id}");
        var admin = await lab.CallAsync(lab.Master, "GET", $"/v2/accounts/{lab.Alice}/orders/{id}");

        Assert.Equal(200, own.Status);
        Reply.AssertJson($"{{{common}}}", own.Data);
        Reply.AssertJson($$"""{{{common}},"actor":"{{lab.Alice}}","sent":{{created + 1}},"carrier_status":"PROCESSING","code":"5005","detail":"be patient","evidence":["202 order taken"]}""", admin.Data);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task An_account_sees_orders_of_its_own_and_those_below_and_no_others(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var (alice, junior, bob) = (await MakeAsync(lab, lab.Fresh(), lab.Alice), await MakeAsync(lab, lab.Fresh(), lab.Junior), await MakeAsync(lab, lab.Fresh(), lab.Bob));
        var nobodys = await MakeAsync(lab, lab.Fresh(), null);

        async Task<string[]> SeenBy(string account) => [.. (await lab.CallAsync(account, "GET", $"/v2/accounts/{account}/orders?paginate=false")).Data!.AsArray()
            .Select(row => (string)row!["id"]!).Where(id => ((string[])[alice, junior, bob, nobodys]).Contains(id))];

        Assert.Equal([junior, alice], await SeenBy(lab.Alice));
        Assert.Equal([junior], await SeenBy(lab.Junior));
        Assert.Equal([bob, junior, alice], await SeenBy(lab.Reseller));
        Assert.Empty(await SeenBy(lab.Stranger));
        Assert.Equal([nobodys, bob, junior, alice], await SeenBy(lab.Master));
        Assert.Equal(200, (await lab.CallAsync(lab.Alice, "GET", $"/v2/accounts/{lab.Alice}/orders/{junior}")).Status);
        foreach (var id in (string[])[bob, nobodys, "00000000000000000000000000", "no-order"])
        {
            var hidden = await lab.CallAsync(lab.Alice, "GET", $"/v2/accounts/{lab.Alice}/orders/{id}");
            Assert.Equal((404, "bad_identifier"), (hidden.Status, (string?)hidden.Json["message"]));
            Reply.AssertJson($$"""{"cause":"{{id}}","message":"bad identifier"}""", hidden.Data);
        }
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Orders_are_filtered_and_paged(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var mine = await lab.Server.CreateAccountAsync($"Pages {kind}", lab.Reseller);
        var (first, second, third) = (lab.Fresh(), lab.Fresh(), lab.Fresh());
        var waiting = await MakeAsync(lab, first, mine, OrderPhase.Waiting);
        var failed = await MakeAsync(lab, second, mine, OrderPhase.Failed, row => row with { Outcome = OrderOutcome.Refused, Error = "number_unavailable" });
        var stranded = await MakeAsync(lab, third, mine, OrderPhase.Done, row => row with { Kind = OrderKind.Disconnect, Outcome = OrderOutcome.Stranded });
        async Task<string[]> Of(string query)
        {
            var reply = await lab.CallAsync(mine, "GET", $"/v2/accounts/{mine}/orders{query}");
            Assert.True(reply.Status == 200, reply.Text);
            return [.. reply.Data!.AsArray().Select(row => (string)row!["id"]!)];
        }

        Assert.Equal([stranded, failed, waiting], await Of(""));
        Assert.Equal([waiting], await Of("?state=waiting"));
        Assert.Equal([failed], await Of("?outcome=refused"));
        Assert.Equal([stranded], await Of("?outcome=stranded"));
        Assert.Equal([stranded], await Of("?kind=disconnect"));
        Assert.Equal([failed], await Of($"?number={Uri.EscapeDataString(second)}"));
        Assert.Equal([failed], await Of($"?number={second[2..]}"));
        Assert.Equal([failed], await Of($"?filter_number={second[1..]}"));
        Assert.Equal([waiting], await Of("?open=true"));
        Assert.Equal([stranded, failed], await Of("?open=false"));
        Assert.Equal([failed, waiting], await Of("?filter_kind=acquire"));
        Assert.Equal([failed], await Of("?filter_error=number_unavailable"));
        Assert.Equal([stranded, waiting], await Of("?key_missing=error"));
        Assert.Empty(await Of("?number=no-number"));
        Assert.Empty(await Of("?state=sending"));

        var page = await lab.CallAsync(mine, "GET", $"/v2/accounts/{mine}/orders?page_size=2");
        Assert.Equal(2, page.Data!.AsArray().Count);
        Assert.Equal(2, (int)page.Json["page_size"]!);
        var rest = await lab.CallAsync(mine, "GET", $"/v2/accounts/{mine}/orders?page_size=2&start_key={(string)page.Json["next_start_key"]!}");
        Assert.Equal(waiting, (string?)Assert.Single(rest.Data!.AsArray())!["id"]);
        Assert.Null(rest.Json["next_start_key"]);
    }

    [Theory]
    [InlineData("state", "open", """["prepared","sending","accepted","waiting","unclear","compensating","needs_operator","done","failed","pretended"]""")]
    [InlineData("outcome", "lost", """["acquired","released","refused","pretended","stranded"]""")]
    [InlineData("kind", "port", """["acquire","disconnect","feature"]""")]
    public async Task A_filter_that_no_order_can_have_is_named(string name, string value, string target)
    {
        var lab = await labs.OverAsync(DatabaseKind.Sqlite);

        (await lab.CallAsync(lab.Alice, "GET", $"/v2/accounts/{lab.Alice}/orders?{name}={value}"))
            .IsInvalid($$$$"""{"{{{{name}}}}":{"enum":{"message":"Value not found in enumerated list of values","target":{{{{target}}}},"value":"{{{{value}}}}"}}}""");
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_number_that_is_being_bought_is_shown_to_its_buyer_alone(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = lab.Fresh();
        var id = await MakeAsync(lab, number, lab.Alice, OrderPhase.Unclear);

        var own = (await lab.GetAsync(lab.Alice, number)).IsNumber(200, number, "discovery");
        Reply.AssertJson($$"""{"id":"{{id}}","state":"unclear"}""", own["_read_only"]!["order"]);
        Assert.Equal("bandwidth2", (string?)own["_read_only"]!["carrier_module"]);
        (await lab.GetAsync(lab.Reseller, number, lab.Reseller)).IsNumber(200, number, "discovery");
        (await lab.GetAsync(lab.Bob, number)).IsUnknownNumber();
        (await lab.GetAsync(lab.Junior, number)).IsUnknownNumber();
        // Nothing else knows it yet.
        Assert.DoesNotContain(number, (await lab.CallAsync(lab.Alice, "GET", At(lab.Alice) + "?paginate=false")).Data!["numbers"].Keys());
        Assert.Equal(400, (await lab.CallAsync(lab.Alice, "GET", At(lab.Alice, number, "identify"))).Status / 100 * 100);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_number_says_that_an_order_is_open_for_it(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.AgingAsync(lab.Alice);
        var id = await MakeAsync(lab, number, lab.Alice, OrderPhase.Prepared, row => row with { Kind = OrderKind.Disconnect });

        var seen = (await lab.CallAsync(lab.Master, "GET", At(lab.Master, number))).IsNumber(200, number, "aging");
        Reply.AssertJson($$"""{"id":"{{id}}","state":"prepared"}""", seen["_read_only"]!["order"]);
        (await lab.GetAsync(lab.Alice, number)).IsUnknownNumber(); // a disconnect gives nobody a number to see
    }

    [Theory, MemberData(nameof(Both))]
    public async Task What_is_stranded_is_adopted_once(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = lab.Fresh();
        var id = await MakeAsync(lab, number, lab.Bob, OrderPhase.NeedsOperator, row => row with { Outcome = OrderOutcome.Stranded, Error = "account_gone" });
        var path = $"/v2/accounts/{lab.Master}/orders/{id}";
        var body = $$"""{"action":"adopt","account_id":"{{lab.Alice}}"}""";

        Assert.Equal(403, (await lab.CallAsync(lab.Alice, "POST", $"/v2/accounts/{lab.Alice}/orders/{id}", body)).Status);
        Assert.Equal(403, (await lab.CallAsync(lab.Bob, "POST", $"/v2/accounts/{lab.Bob}/orders/{id}", body)).Status);
        var adopted = await lab.CallAsync(lab.Master, "POST", path, body, Idempotency.Keys.Sent("adopt-1"));
        await Idempotency.Keys.CutOffAsync(lab);
        var again = await lab.CallAsync(lab.Master, "POST", path, body, Idempotency.Keys.Sent("adopt-1"));
        var other = await lab.CallAsync(lab.Master, "POST", path, body);

        Assert.Equal((200, "done", "acquired", lab.Alice), (adopted.Status, (string?)adopted.Data!["state"], (string?)adopted.Data["outcome"], (string?)adopted.Data["account_id"]));
        Assert.Equal(lab.Alice, await lab.OwnerAsync(number));
        Assert.Equal(200, again.Status);
        Reply.AssertJson(adopted.Data.ToJsonString(), again.Data);
        other.Fails(400, "invalid", $"order {id}: nothing of it is stranded", "invalid");
    }

    [Theory, MemberData(nameof(Both))]
    public async Task What_is_stranded_is_given_back_by_an_order_or_closed_by_hand(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var (first, second) = (lab.Fresh(), lab.Fresh());
        OrderRow Stranded(OrderRow row) => row with { Outcome = OrderOutcome.Stranded, Error = "account_gone" };
        var back = await MakeAsync(lab, first, lab.Bob, OrderPhase.NeedsOperator, Stranded);
        var closed = await MakeAsync(lab, second, lab.Bob, OrderPhase.NeedsOperator, Stranded);

        var released = await lab.CallAsync(lab.Master, "POST", $"/v2/accounts/{lab.Master}/orders/{back}", """{"action":"release"}""");
        var byHand = await lab.CallAsync(lab.Master, "POST", $"/v2/accounts/{lab.Master}/orders/{closed}", """{"action":"release","by_hand":true}""");

        Assert.Equal((200, "released"), (released.Status, (string?)released.Data!["outcome"]));
        var next = (await lab.CallAsync(lab.Master, "GET", $"/v2/accounts/{lab.Master}/orders/{(string)released.Data["followed_by"]!}")).Data!;
        Assert.Equal(("disconnect", first), ((string?)next["kind"], (string?)next["number"]));
        Assert.Equal((200, "released", null), (byHand.Status, (string?)byHand.Data!["outcome"], byHand.Data["followed_by"]));
    }

    [Theory]
    [InlineData("{}", """{"action":{"required":{"message":"Field is required but missing"}}}""")]
    [InlineData("""{"action":"sell"}""", """{"action":{"enum":{"message":"Value not found in enumerated list of values","target":["settle","adopt","release"],"value":"sell"}}}""")]
    [InlineData("""{"action":"adopt"}""", """{"account_id":{"required":{"message":"Field is required but missing"}}}""")]
    [InlineData("""{"action":"adopt","account_id":"me"}""", """{"account_id":{"invalid":{"message":"The text is no account's id","cause":"me"}}}""")]
    public async Task An_action_that_is_none_is_named(string body, string map)
    {
        var lab = await labs.OverAsync(DatabaseKind.Sqlite);
        var id = await MakeAsync(lab, lab.Fresh(), lab.Alice);

        (await lab.CallAsync(lab.Master, "POST", $"/v2/accounts/{lab.Master}/orders/{id}", body)).IsInvalid(map);
        Assert.Equal(404, (await lab.CallAsync(lab.Master, "POST", $"/v2/accounts/{lab.Master}/orders/00000000000000000000000000", """{"action":"settle"}""")).Status);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task An_order_that_a_worker_holds_is_busy_and_one_that_ended_is_refused(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var held = await MakeAsync(lab, lab.Fresh(), lab.Alice, OrderPhase.Waiting, row => row with { LeaseOwner = "somebody", LeaseUntil = row.Created.AddHours(1) });
        var ended = await MakeAsync(lab, lab.Fresh(), lab.Alice, OrderPhase.Failed, row => row with { Outcome = OrderOutcome.Refused });

        var busy = await lab.CallAsync(lab.Master, "POST", $"/v2/accounts/{lab.Master}/orders/{held}", """{"action":"settle"}""");
        var over = await lab.CallAsync(lab.Master, "POST", $"/v2/accounts/{lab.Master}/orders/{ended}", """{"action":"settle"}""");

        Assert.Equal((409, "order_busy", "1"), (busy.Status, (string?)busy.Json["message"], busy.Header("Retry-After")));
        over.Fails(400, "invalid", $"order {ended}: the order has ended", "invalid");
    }

    /// <summary>Puts an order where the engine would put it.</summary>
    internal static async Task<string> MakeAsync(NumberLab lab, string number, string? account, OrderPhase phase = OrderPhase.Waiting, Func<OrderRow, OrderRow>? change = null)
    {
        var now = lab.Clock.GetUtcNow();
        var row = new OrderRow
        {
            Id = OrderKey.New(lab.Clock), Kind = OrderKind.Acquire, Phase = phase, Number = PhoneNumber.Parse(number), Carrier = CarrierName.Parse("bandwidth2"),
            Account = account is null ? null : AccountId.Parse(account), Actor = account is null ? Actor.System : Actor.Of(AccountId.Parse(account)), Created = now, Modified = now,
        };
        row = change?.Invoke(row) ?? row;
        lab.Clock.Advance(TimeSpan.FromMilliseconds(1)); // orders sort by their making
        var values = OrderColumns.All.Select((column, i) => ($"p{i}", column.Value(row))).ToDictionary(pair => pair.Item1, pair => pair.Item2);
        await lab.Server.Services.GetRequiredService<IDatabase>().WriteAsync(
            (session, ct) => session.Connection.ExecuteAsync(new CommandDefinition(
                $"INSERT INTO orders ({OrderColumns.Names}) VALUES ({string.Join(", ", values.Keys.Select(name => "@" + name))})", values, session.Transaction, cancellationToken: ct)),
            WriteLane.Foreground, Ct);
        return row.Id.ToString();
    }
}
