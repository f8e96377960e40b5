using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Storage;
using Ocarina.Tests.Idempotency;
using Ocarina.Tests.PhoneNumbers;
using Ocarina.Tests.Support;
using Xunit;
using static Ocarina.Tests.PhoneNumbers.NumberLab;

namespace Ocarina.Tests.Orders;

/// <summary>Purchases whose carrier takes his time, as a client sees them (numbers.md 7.5, 7.12).</summary>
public sealed class PendingPurchaseTests
{

    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Both))]
    public async Task An_order_that_is_still_open_is_202_and_ends_by_itself(DatabaseKind kind)
    {
        await using var shop = await Shop.OpenAsync(kind);
        const string number = "+13035550142";
        await shop.OfferAsync(shop.Alice, number);
        await shop.OfferAsync(shop.Bob, number);

        var bought = await shop.BuyAsync(shop.Alice, number);
        var id = (string)bought.IsNumber(202, number, "discovery")["_read_only"]!["order"]!["id"]!;

        var again = await shop.BuyAsync(shop.Alice, number);
        Assert.Equal((202, id), (again.Status, (string?)again.Data!["_read_only"]!["order"]!["id"]));
        (await shop.BuyAsync(shop.Bob, number)).IsNotAvailable(number);
        var seen = (await shop.CallAsync(shop.Alice, "GET", At(shop.Alice, number))).IsNumber(200, number, "discovery");
        Assert.Equal(id, (string?)seen["_read_only"]!["order"]!["id"]);
        Assert.Equal(404, (await shop.CallAsync(shop.Bob, "GET", At(shop.Bob, number))).Status);

        shop.Carrier.Answer = PatientCarrier.Sold;
        var order = await shop.EndAsync(shop.Alice, id);

        Assert.Equal(("done", "acquired", number), ((string?)order["state"], (string?)order["outcome"], (string?)order["number"]));
        var mine = (await shop.CallAsync(shop.Alice, "GET", At(shop.Alice, number))).IsNumber(200, number, "in_service");
        Assert.Null(mine["_read_only"]!["order"]);
        Assert.Single(shop.Carrier.Sent);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task In_a_list_it_stands_in_a_map_of_its_own(DatabaseKind kind)
    {
        await using var shop = await Shop.OpenAsync(kind);
        var (open, stock, unknown) = ("+13035550142", "+13035550143", "+13035550144");
        await shop.OfferAsync(shop.Alice, open);
        Assert.Equal(201, (await shop.CallAsync(shop.Server.Master, "PUT", At(shop.Server.Master, stock), """{"create_with_state":"available","carrier_name":"inventory"}""")).Status);

        var reply = await shop.CallAsync(shop.Alice, "PUT", At(shop.Alice, "collection", "activate"), $$"""{"numbers":["{{open}}","{{stock}}","{{unknown}}"]}""");
        var alone = await shop.CallAsync(shop.Alice, "PUT", At(shop.Alice, "collection", "activate"), $$"""{"numbers":["{{open}}"]}""");

        Assert.Equal((202, "success"), (reply.Status, (string?)reply.Json["status"]));
        Assert.Equal([stock], reply.Data!["success"].Keys());
        Assert.Equal([open], reply.Data["pending"].Keys());
        Assert.Equal([unknown], reply.Data["error"].Keys());
        Assert.Equal("discovery", (string?)reply.Data["pending"]![open]!["state"]);
        Assert.NotNull(reply.Data["pending"]![open]!["_read_only"]!["order"]!["id"]);
        Assert.Equal(202, alone.Status);
        Assert.Empty(alone.Data!["success"].Keys());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_refusal_is_told_in_public_words_and_to_admins_in_the_carriers(DatabaseKind kind)
    {
        await using var shop = await Shop.OpenAsync(kind);
        var (broke, gone) = ("+13035550142", "+13035550143");
        foreach (var number in (string[])[broke, gone])
        {
            await shop.OfferAsync(shop.Alice, number);
            await shop.OfferAsync(AccountId.Parse(shop.Server.Master).ToString(), number);
        }

        shop.Carrier.Answer = _ => new CarrierOutcome.Refused(new CarrierError(CarrierErrorKind.InsufficientFunds, "balance is 0.00"));
        var alices = await shop.BuyAsync(shop.Alice, broke);
        var masters = await shop.BuyAsync(shop.Server.Master, broke);
        shop.Carrier.Answer = _ => new CarrierOutcome.Refused(new CarrierError(CarrierErrorKind.NumberUnavailable, "taken"));
        var lost = await shop.BuyAsync(shop.Alice, gone);

        alices.Fails(500, "unspecified_fault", broke, "fault by carrier");
        Reply.AssertJson($$"""{"code":500,"error":"unspecified_fault","cause":"{{broke}}","message":"fault by carrier","carrier":"patient","reason":"insufficient_funds: balance is 0.00"}""", masters.Data);
        lost.IsNotAvailable(gone);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_purchase_cut_off_before_its_reply_is_found_by_its_order(DatabaseKind kind)
    {
        await using var shop = await Shop.OpenAsync(kind);
        const string number = "+13035550142";
        await shop.OfferAsync(shop.Alice, number);
        var key = Keys.Next();

        var first = await shop.BuyAsync(shop.Alice, number, key);
        await shop.CutOffAsync();
        var open = await shop.BuyAsync(shop.Alice, number, key);
        var id = (string)first.Data!["_read_only"]!["order"]!["id"]!;
        Assert.Equal((202, 202, id), (first.Status, open.Status, (string?)open.Data!["_read_only"]!["order"]!["id"]));

        shop.Carrier.Answer = PatientCarrier.Sold;
        await shop.EndAsync(shop.Alice, id);
        await shop.CutOffAsync();
        var done = await shop.BuyAsync(shop.Alice, number, key);
        done.IsNumber(201, number, "in_service");

        // Nothing was bought again, though the offer is still there.
        Assert.Single(shop.Carrier.Sent);
        Assert.Single((await shop.CallAsync(shop.Alice, "GET", $"/v2/accounts/{shop.Alice}/orders")).Data!.AsArray());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_refused_purchase_is_not_tried_again_under_its_key(DatabaseKind kind)
    {
        await using var shop = await Shop.OpenAsync(kind);
        const string number = "+13035550142";
        await shop.OfferAsync(shop.Alice, number);
        shop.Carrier.Answer = _ => new CarrierOutcome.Refused(new CarrierError(CarrierErrorKind.InsufficientFunds, "balance is 0.00"));
        var key = Keys.Next();

        var first = await shop.BuyAsync(shop.Alice, number, key);
        var kept = await shop.BuyAsync(shop.Alice, number, key);
        await shop.CutOffAsync();
        var built = await shop.BuyAsync(shop.Alice, number, key);

        Assert.All([first, kept, built], reply => reply.Fails(500, "unspecified_fault", number, "fault by carrier"));
        Assert.Equal("true", kept.Header("Idempotent-Replayed"));
        Assert.Single(shop.Carrier.Sent);
        Assert.Equal(500, (await shop.BuyAsync(shop.Alice, number, Keys.Next())).Status);
        Assert.Equal(2, shop.Carrier.Sent.Count);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_release_is_done_at_once_and_its_order_follows(DatabaseKind kind)
    {
        await using var shop = await Shop.OpenAsync(kind);
        const string number = "+13035550142";
        await shop.OfferAsync(shop.Alice, number);
        shop.Carrier.Answer = PatientCarrier.Sold;
        (await shop.BuyAsync(shop.Alice, number)).IsNumber(201, number, "in_service");

        shop.Carrier.Answer = _ => new CarrierOutcome.Unknown(new CarrierError(CarrierErrorKind.Timeout, "no reply"));
        var released = await shop.CallAsync(shop.Alice, "DELETE", At(shop.Alice, number));
        Assert.Equal(200, released.Status);
        var order = Assert.Single((await shop.CallAsync(shop.Alice, "GET", $"/v2/accounts/{shop.Alice}/orders?kind=disconnect")).Data!.AsArray())!;
        Assert.Equal((number, shop.Alice), ((string?)order["number"], (string?)order["account_id"]));

        shop.Carrier.Answer = PatientCarrier.Sold;
        Assert.Equal("released", (string?)(await shop.EndAsync(shop.Alice, (string)order["id"]!))["outcome"]);
    }

    /// <summary>A server whose one carrier is <see cref="PatientCarrier"/>, with two buyers.</summary>
    private sealed class Shop : IAsyncDisposable
    {
        private Shop(TestServer server, PatientCarrier carrier) => (Server, Carrier) = (server, carrier);

        internal TestServer Server { get; }

        internal PatientCarrier Carrier { get; }

        internal string Alice { get; private set; } = "";

        internal string Bob { get; private set; } = "";

        internal static async Task<Shop> OpenAsync(DatabaseKind kind)
        {
            var carrier = new PatientCarrier();
            var shop = new Shop(await TestServer.StartAsync(kind, replace: services => services.AddSingleton<ICarriers>(carrier)), carrier);
            shop.Alice = await shop.Server.CreateAccountAsync("Alice");
            shop.Bob = await shop.Server.CreateAccountAsync("Bob");
            var document = await shop.Server.SendAsync("PATCH", "/v2/system_configs/number_manager.patient", """
                {"data":{"default":{"enable_provisioning":true,"sandbox_provisioning":false,"acquire_wait_ms":300,"recover_lag_s":1,"settle_max_interval_s":1}}}
                """);
            Assert.True(document.Status == 200, document.Text);
            return shop;
        }

        internal Task OfferAsync(string account, string number) => Server.Services.GetRequiredService<NumbersDatabase>().RememberOffersAsync(
            AccountId.Parse(account),
            [new Offer(PhoneNumber.Parse(number), PatientCarrier.TheName, NumberState.Discovery, DocumentText.Empty, DateTimeOffset.UtcNow.AddHours(1))], Ct);

        internal async Task<Reply> CallAsync(string actor, string verb, string path, string? data = null, string? key = null) => await Server.SendAsync(
            verb, path, data is null ? null : $$"""{"data":{{data}}}""", await Server.TokenAsync(actor), more: key is null ? null : Keys.Sent(key));

        internal Task<Reply> BuyAsync(string account, string number, string? key = null) => CallAsync(account, "PUT", At(account, number, "activate"), key: key);

        internal Task CutOffAsync() => Keys.CutOffAsync(Server);

        /// <summary>The order when it has ended.</summary>
        internal Task<JsonObject> EndAsync(string account, string id) => Patience.UntilAsync(async () =>
            (await CallAsync(account, "GET", $"/v2/accounts/{account}/orders/{id}")).Data!.AsObject() is var order && (string?)order["state"] is "done" or "failed" or "pretended" ? order : null);

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
