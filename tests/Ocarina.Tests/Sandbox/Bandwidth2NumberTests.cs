using System.Net;
using System.Xml.Linq;
using Ocarina.Sandbox;
using Xunit;

namespace Ocarina.Tests.Sandbox;

public sealed class Bandwidth2NumberTests
{
    [Fact]
    public async Task A_disconnected_number_rests_30_days_and_only_its_last_owner_may_have_it_back()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = new Bandwidth2Talk(lab.Client);
        var number = await talk.OneAsync();
        await talk.OrderAsync(number, "one");

        var created = await talk.DisconnectAsync(number);
        var order = await talk.GetAsync($"disconnects/{created.OrderId}");
        var inService = await talk.GetAsync($"inserviceNumbers/{number}");
        var status = (await talk.GetAsync($"tns/{number}")).Root.Element("Status")?.Value;
        var shown = (await talk.SearchAsync($"npaNxx={number[..6]}&LCA=false")).Numbers;
        var resting = await talk.GetAsync("discnumbers");
        var back = await talk.GetAsync($"orders/{(await talk.OrderAsync(number, "again")).OrderId}");

        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.Equal("RECEIVED", created.OrderStatus);
        Assert.Equal("COMPLETE", order.OrderStatus);
        Assert.Equal(HttpStatusCode.NotFound, inService.Status);
        Assert.Equal("Links", inService.Root.Name.LocalName);
        Assert.Equal("Aging", status);
        Assert.DoesNotContain(number, shown);
        Assert.Equal(number, resting.Root.Descendants("TelephoneNumber").Single().Value);
        Assert.Equal("COMPLETE", back.OrderStatus);
    }

    [Fact]
    public async Task After_30_days_anybody_may_have_it()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = new Bandwidth2Talk(lab.Client);
        var number = await talk.OneAsync();
        await talk.OrderAsync(number, "one");
        await talk.DisconnectAsync(number);

        await lab.TellAsync("/clock", """{"advance_s":2592060}""");

        Assert.Contains(number, (await talk.SearchAsync($"npaNxx={number[..6]}&LCA=false")).Numbers);
        Assert.Equal(HttpStatusCode.NoContent, (await talk.GetAsync("discnumbers")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await talk.GetAsync("inserviceNumbers")).Status);
    }

    [Fact]
    public async Task What_is_not_ours_cannot_be_disconnected_and_what_is_gone_not_twice()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = new Bandwidth2Talk(lab.Client);
        var numbers = (await talk.SearchAsync("areaCode=303&quantity=2&LCA=false")).Numbers;
        await talk.OrderAsync(numbers[0], "one");
        await talk.DisconnectAsync(numbers[0]);

        var foreign = await talk.DisconnectAsync(numbers[1]);
        var twice = await talk.DisconnectAsync(numbers[0]);
        var later = await talk.GetAsync($"disconnects/{twice.OrderId}");

        Assert.Equal("FAILED", foreign.OrderStatus);
        Assert.Equal("5006", foreign.Code);
        Assert.Equal("RECEIVED", twice.OrderStatus);
        Assert.Equal("FAILED", later.OrderStatus);
        Assert.Equal("5074", later.Code);
        Assert.Empty(await lab.HeldAsync());
    }

    [Theory]
    [InlineData("purge", "<TelephoneNumber>{0}</TelephoneNumber>", null)]
    [InlineData("soft-remove", "<TelephoneNumber>{0}</TelephoneNumber>", "5085")]
    [InlineData("hard", "<TelephoneNumber>{0}</TelephoneNumber>", "5084")]
    [InlineData("normal", "", "5073")]
    [InlineData("normal", "<TelephoneNumber>{0}</TelephoneNumber><TelephoneNumber>{0}</TelephoneNumber>", "5093")]
    [InlineData("normal", "<TelephoneNumber>{0}</TelephoneNumber><TelephoneNumber>8003330142</TelephoneNumber>", "5175")]
    [InlineData("normal", "<TelephoneNumber>+1{0}</TelephoneNumber>", "5070")]
    public async Task A_disconnect_order_is_checked(string mode, string numbers, string? code)
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = new Bandwidth2Talk(lab.Client);
        var number = await talk.OneAsync();
        await talk.OrderAsync(number);

        var reply = await talk.PostAsync("disconnects", XElement.Parse(
            $"<DisconnectTelephoneNumberOrder><DisconnectTelephoneNumberOrderType><TelephoneNumberList>{numbers.Replace("{0}", number, StringComparison.Ordinal)}</TelephoneNumberList><DisconnectMode>{mode}</DisconnectMode></DisconnectTelephoneNumberOrderType></DisconnectTelephoneNumberOrder>"));

        Assert.Equal(code, reply.Code);
        Assert.Equal(code is null ? HttpStatusCode.Created : HttpStatusCode.BadRequest, reply.Status);
        Assert.Equal(code is null ? 0 : 1, (await lab.HeldAsync()).Count);
    }

    [Fact]
    public async Task A_reservation_keeps_a_number_for_whoever_names_it()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = new Bandwidth2Talk(lab.Client);
        var number = await talk.OneAsync();

        var created = await talk.PostAsync("tnreservation", new XElement("Reservation", new XElement("ReservedTn", number)));
        var id = created.Location!.Segments[^1]; // a created one has an address
        var shown = await talk.GetAsync($"tnreservation/{id}");
        var second = await talk.PostAsync("tnreservation", new XElement("Reservation", new XElement("ReservedTn", number)));
        var without = await talk.GetAsync($"orders/{(await talk.OrderAsync(number)).OrderId}");
        var named = Bandwidth2Talk.OrderOf([number]);
        named.Element("ExistingTelephoneNumberOrderType")!.Add(new XElement("ReservationIdList", new XElement("ReservationId", id))); // just made
        var with = await talk.GetAsync($"orders/{(await talk.PostAsync("orders", named)).OrderId}");

        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.InRange(int.Parse(shown.Root.Descendants("ReservationExpires").Single().Value, System.Globalization.CultureInfo.InvariantCulture), 14_000, 14_400);
        Assert.Equal("5041", second.Code);
        Assert.Equal("FAILED", without.OrderStatus);
        Assert.Equal("COMPLETE", with.OrderStatus);
    }

    [Fact]
    public async Task A_reservation_runs_out_after_four_hours_or_is_given_up()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = new Bandwidth2Talk(lab.Client);
        var numbers = (await talk.SearchAsync("areaCode=303&quantity=2&LCA=false")).Numbers;
        var ids = new List<string>();
        foreach (var number in numbers) ids.Add((await talk.PostAsync("tnreservation", new XElement("Reservation", new XElement("ReservedTn", number)))).Location!.Segments[^1]); // created ones

        await talk.SendAsync(HttpMethod.Delete, $"tnreservation/{ids[0]}", null);
        Assert.Equal("COMPLETE", (await talk.GetAsync($"orders/{(await talk.OrderAsync(numbers[0])).OrderId}")).OrderStatus);
        Assert.Equal("5042", (await talk.GetAsync($"tnreservation/{ids[0]}")).Code);

        await lab.TellAsync("/clock", """{"advance_s":14500}""");
        Assert.Equal("0", (await talk.GetAsync($"tnreservation/{ids[1]}")).Root.Descendants("ReservationExpires").Single().Value);
        Assert.Equal("COMPLETE", (await talk.GetAsync($"orders/{(await talk.OrderAsync(numbers[1])).OrderId}")).OrderStatus);
    }

    [Fact]
    public async Task Portability_depends_on_the_exchange()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = new Bandwidth2Talk(lab.Client);

        var reply = await talk.PostAsync("lnpchecker?fullCheck=true", XElement.Parse(
            "<NumberPortabilityRequest><TnList><Tn>9192220001</Tn><Tn>9192270001</Tn><Tn>9192290001</Tn></TnList></NumberPortabilityRequest>"));
        var refused = await talk.PostAsync("lnpchecker", XElement.Parse("<NumberPortabilityRequest><TnList><Tn>919</Tn></TnList></NumberPortabilityRequest>"));

        Assert.Equal(["9192220001"], reply.Root.Elements("PortableNumbers").Elements("Tn").Select(tn => tn.Value));
        Assert.Equal(["9192270001"], reply.Root.Elements("UnsupportedRateCenters").Descendants("Tn").Select(tn => tn.Value));
        Assert.Equal(["9192290001"], reply.Root.Elements("UnsupportedLosingCarriers").Descendants("Tn").Select(tn => tn.Value));
        Assert.Equal("7201", refused.Code);
    }

    [Fact]
    public async Task A_port_moves_by_control_and_ends_in_service()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = new Bandwidth2Talk(lab.Client);

        var created = await talk.PostAsync("portins", XElement.Parse(
            "<LnpOrder><CustomerOrderId>p-1</CustomerOrderId><BillingTelephoneNumber>9192220001</BillingTelephoneNumber><Subscriber><SubscriberType>BUSINESS</SubscriberType></Subscriber><LoaAuthorizingPerson>A B</LoaAuthorizingPerson><ListOfPhoneNumbers><PhoneNumber>9192220001</PhoneNumber></ListOfPhoneNumbers><SiteId>1337</SiteId></LnpOrder>"));
        var id = created.Root.Element("OrderId")?.Value;
        await lab.TellAsync("/carriers/bandwidth2/port", $$"""{"id":"{{id}}","status":"FOC"}""");
        await lab.TellAsync("/carriers/bandwidth2/port", $$"""{"id":"{{id}}","status":"COMPLETE"}""");
        var cancelled = await talk.SendAsync(HttpMethod.Delete, $"portins/{id}", null);

        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.Equal("PENDING_DOCUMENTS", created.Root.Element("ProcessingStatus")?.Value);
        Assert.Equal("COMPLETE", (await talk.GetAsync($"portins/{id}")).Root.Element("ProcessingStatus")?.Value);
        Assert.Equal(HttpStatusCode.OK, (await talk.GetAsync("inserviceNumbers/9192220001")).Status);
        Assert.Equal("7304", cancelled.Code);
    }

    [Fact]
    public async Task Everything_is_still_true_after_a_restart()
    {
        using var folder = new TemporaryFolder();
        string sold, released, reserved, orderId;
        await using (var lab = await SandboxLab.StartAsync(new SandboxOptions { DataFolder = folder.Path, Seed = 7 }))
        {
            var talk = new Bandwidth2Talk(lab.Client);
            var numbers = (await talk.SearchAsync("areaCode=919&quantity=3&LCA=false")).Numbers;
            (sold, released, reserved) = (numbers[0], numbers[1], numbers[2]);
            orderId = (await talk.OrderAsync(sold, "keep")).OrderId!; // created
            await talk.OrderAsync(released, "drop");
            await talk.DisconnectAsync(released);
            await talk.PostAsync("tnreservation", new XElement("Reservation", new XElement("ReservedTn", reserved)));
        }

        await using var again = await SandboxLab.StartAsync(new SandboxOptions { DataFolder = folder.Path });
        var after = new Bandwidth2Talk(again.Client);

        Assert.Equal("COMPLETE", (await after.GetAsync($"orders/{orderId}")).OrderStatus);
        Assert.Contains(orderId, (await after.GetAsync("orders?page=1&size=5&customerOrderId=keep")).Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await after.GetAsync($"inserviceNumbers/{sold}")).Status);
        Assert.Equal("Aging", (await after.GetAsync($"tns/{released}")).Root.Element("Status")?.Value);
        Assert.Equal("Reserved", (await after.GetAsync($"tns/{reserved}")).Root.Element("Status")?.Value);
        Assert.Equal([("bandwidth2", "+1" + sold, (string?)"keep")], await again.HeldAsync());
        Assert.NotEqual(orderId, (await after.OrderAsync(await after.OneAsync(), "new")).OrderId);
    }
}
