using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Ocarina.Carriers;
using Ocarina.Carriers.Bandwidth;
using Ocarina.Carriers.Http;
using Ocarina.Core.Carriers;
using Ocarina.Tests.Sandbox;
using Xunit;

namespace Ocarina.Tests.Carriers;

/// <summary>Each write of each carrier: the carrier does what it was asked for and hangs up without a byte. It has seen exactly one request (carriers.md 1.3).</summary>
public sealed class OneRequestTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("order_create")]
    [InlineData("order_update")]
    [InlineData("disconnect_create")]
    [InlineData("reservation_create")]
    [InlineData("reservation_delete")]
    public async Task Bandwidth2_is_sent_each_write_once(string operation)
    {
        await using var bench = await Bandwidth2Bench.StartAsync(Ct);
        var context = bench.Context(("reserve_before_order", operation.StartsWith("reservation", StringComparison.Ordinal)));
        var order = Bandwidth2Bench.Order(await bench.AnyNumberAsync(Ct));
        if (operation == "order_update") await bench.FaultAsync("order_create", "order_backordered");
        if (operation == "reservation_delete") await bench.FaultAsync("order_create", "order_failed");
        if (operation == "disconnect_create")
        {
            Assert.IsType<CarrierOutcome.Done>(await bench.BuyAsync(order, Ct));
            order = Bandwidth2Bench.Order(order.Number, OrderKind.Disconnect);
        }
        await bench.FaultAsync(operation, "drop_after_booking", times: null);

        var outcome = order.Kind == OrderKind.Disconnect ? await bench.Carrier.DisconnectAsync(order, context, Ct) : await bench.Carrier.AcquireAsync(order, context, Ct);
        if (outcome is CarrierOutcome.Pending { CarrierOrderId: { } id })
            await bench.Carrier.RecoverAsync(order with { CarrierOrderId = id, Facts = bench.Notes.Count > 0 ? bench.Notes[^1].Facts : order.Facts }, context, Ct);

        Assert.Equal(1, await bench.CountAsync(operation));
    }

    [Theory]
    [InlineData("cart_create")]
    [InlineData("cart_add")]
    [InlineData("checkout")]
    [InlineData("cart_delete")]
    [InlineData("cancel")]
    [InlineData("uri_save")]
    [InlineData("did_configure")]
    [InlineData("address_link")]
    public async Task Voxbone_is_sent_each_write_once(string operation)
    {
        await using var lab = await SandboxLab.StartAsync();
        using var bench = new VoxboneBench(lab.Host.Voxbone);
        var country = operation == "address_link" ? "BE" : "US";
        if (operation == "address_link") bench.Settings["regulation_address_id"] = await AddressAsync(lab);
        if (operation is "uri_save" or "did_configure") bench.Settings["voice_uri"] = "{E164}@sip.example.net";
        if (operation == "cart_delete") await FaultAsync(lab, "checkout", "order_failed");
        var hit = (await bench.FindAsync(country == "BE" ? "+322" : "+1205", country)).Numbers[0];
        var order = new CarrierOrder(OrderKey.New(bench.Clock), OrderKind.Acquire, hit.Number) { CarrierData = hit.CarrierData };
        if (operation == "cancel")
        {
            var bought = Assert.IsType<CarrierOutcome.Done>(await bench.AcquireAsync(order));
            order = new CarrierOrder(OrderKey.New(bench.Clock), OrderKind.Disconnect, hit.Number) { CarrierData = bought.CarrierData };
        }
        await FaultAsync(lab, operation, "drop_after_booking");

        _ = order.Kind == OrderKind.Disconnect ? await bench.DisconnectAsync(order) : await bench.AcquireAsync(order);

        Assert.Equal(1, await lab.CountAsync($"carrier=voxbone&operation={operation}"));
    }

    [Theory]
    [InlineData("+1415", "basicNumberOrder")]
    [InlineData("+1888", "basicNumberOrder")]
    [InlineData("+1888", "tollfreeNumberOrder")]
    public async Task Bandwidth_is_sent_each_write_once(string prefix, string operation)
    {
        await using var lab = await SandboxLab.StartAsync();
        using var http = new CarrierHttp(TimeProvider.System);
        var carrier = new BandwidthCarrier(new CarrierHost(TimeProvider.System, http));
        var settings = new CarrierSettings(new JsonObject
        {
            ["numbers_api_url"] = lab.Host.Bandwidth.ToString(), ["developer_key"] = lab.Host.Credentials.DeveloperKey, ["sandbox_provisioning"] = false,
            ["tollfree_api_url"] = lab.Host.Tollfree.ToString(), ["tollfree_login"] = lab.Host.Credentials.TollfreeLogin, ["tollfree_password"] = lab.Host.Credentials.TollfreePassword,
            ["tollfree_order_operation"] = operation, ["rate_limit_per_s"] = 500,
        });
        var context = new CarrierContext(settings, Bandwidth2Some.Normalise, TimeProvider.System) { Notes = new VoxboneNotes() };
        var hit = (await carrier.FindAsync(new CarrierSearch(prefix, 1, 0, "US") { IsTollfree = prefix == "+1888" }, context, Ct)).Numbers[0];
        var order = new CarrierOrder(OrderKey.New(TimeProvider.System), OrderKind.Acquire, hit.Number) { CarrierData = hit.CarrierData };
        await FaultAsync(lab, "order_create", "drop_after_booking");

        Assert.IsType<CarrierOutcome.Unknown>(await carrier.AcquireAsync(order, context, Ct));
        Assert.IsType<CarrierOutcome.Done>(await carrier.RecoverAsync(order with { Phase = OrderPhase.Unclear, SentAt = TimeProvider.System.GetUtcNow() }, context, Ct));

        Assert.Equal(1, await lab.CountAsync("carrier=bandwidth&operation=order_create"));
    }

    private static Task FaultAsync(SandboxLab lab, string operation, string action) =>
        lab.TellAsync("/faults", new JsonObject { ["carrier"] = "*", ["operation"] = operation, ["action"] = action }.ToJsonString());

    // An address in Brussels that the carrier has looked at.
    private static async Task<string> AddressAsync(SandboxLab lab)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(lab.Host.Voxbone, "regulation/address"))
        {
            Content = new StringContent(
                """
                {"address":{"salutation":"COMPANY","companyName":"Example","streetName":"Rue Haute","buildingNumber":"1","zipCode":"1000","city":"Brussels",
                "countryCodeA3":"BEL","destinationCountryCodeA3":"BEL","didType":"GEOGRAPHIC"}}
                """, Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("sandbox:sandbox-password"u8));
        using var reply = await lab.Client.SendAsync(request, Ct);
        var text = await reply.Content.ReadAsStringAsync(Ct);
        Assert.True(reply.IsSuccessStatusCode, text);
        var id = JsonNode.Parse(text)!["address"]!["addressId"]!.ToString(); // the reply shows the address
        await lab.TellAsync("/carriers/voxbone/address", $$"""{"id":{{id}},"status":"VERIFIED"}""");
        return id;
    }
}
