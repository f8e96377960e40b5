using System.Text;
using System.Xml.Linq;
using Ocarina.Carriers.Bandwidth2;
using Ocarina.Carriers.Bandwidth2.Wire;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Carriers;

/// <summary>Every recorded reply of Bandwidth2 is read as chapter 10 of carriers.md expects.</summary>
[Trait("Category", "Shared")]
public sealed class RecordedBandwidth2Tests
{
    private const string Folder = "fixtures/carriers/bandwidth2";

    private static readonly CarrierOrder Any = Bandwidth2Some.Order();

    // One line per file; the keys are compared with the folder, so that no recording goes unread.
    private static readonly Dictionary<string, Action<string>> Expect = new()
    {
        ["search_detail_two_numbers.xml"] = file =>
        {
            var items = Search(file);
            Assert.Equal(["+19733705112", "+19733705183"], items.Select(item => item.E164()));
            Assert.All(items, item => Assert.Equal((new RateCenter("MENDHAM", "NJ", "224"), "0", "MENDHAM"), (item.RateCenter, item.Tier, item.City)));
        },
        ["search_plain_two_numbers.xml"] = file =>
        {
            Assert.Equal(["+19733705112", "+19733705183"], Search(file).Select(item => item.E164()));
            Assert.All(Search(file), item => Assert.Null(item.RateCenter));
        },
        ["search_plain_three_numbers.xml"] = file => Assert.Equal(["+16093252507", "+16093570994", "+16093574598"], Search(file).Select(item => item.E164())),
        ["search_error_4010.xml"] = file => Fails(file, 400, WireContext.Search, CarrierErrorKind.InvalidRequest, "4010"),
        ["npanxx_list.xml"] = file => Assert.Equal(
            [new StockedExchange("252", "220", "NASHVILLE", "NC", 1), new StockedExchange("252", "228", "FARMVILLE", "NC", 1)], StockedExchange.ListOf(Xml(file)).Exchanges),
        ["npanxx_error_4000.xml"] = file => Fails(file, 400, WireContext.Search, CarrierErrorKind.InvalidRequest, "4000"),
        ["v2_search_detail_nanp.xml"] = CaryTwice,
        ["v2_search_detail_nanp.json"] = CaryTwice,
        ["v2_search_error_4010.json"] = file => Fails(file, 400, WireContext.Search, CarrierErrorKind.InvalidRequest, "4010"),
        ["v2_error_401.json"] = file => Fails(file, 401, WireContext.Search, CarrierErrorKind.Unauthenticated, "206401"),
        ["order_create_received.xml"] = file => Waits(file, "dc0008ec-07fc-41bf-a3bd-6c6ebf913f1c", "RECEIVED"),
        ["order_create_without_status.xml"] = file => Waits(file, "someid", "RECEIVED"),
        ["order_create_two_numbers_received.xml"] = file =>
        {
            Waits(file, "f30a31a1-1de4-4939-b094-4521bbe5c8df", "RECEIVED");
            Assert.Equal("123456789", OrderReply.Of(Xml(file)).Reference);
        },
        ["order_get_failed_5018.xml"] = file =>
        {
            var answer = OrderReply.Of(Xml(file));
            Assert.Equal(("FAILED", 1), (answer.Status, answer.FailedQuantity));
            Assert.Empty(answer.Completed);
            Assert.Equal(Verdict.Refused, PurchaseAnswers.Judge(answer, Any.Number));
            Assert.Equal((CarrierErrorKind.NumberUnavailable, "5018"), Kind(PurchaseAnswers.WhyNot(Reply(file), answer, Any.Number)));
        },
        ["order_get_complete.xml"] = file =>
        {
            var answer = OrderReply.Of(Xml(file));
            Assert.Equal(["+18042105666"], answer.Completed);
            Assert.Equal(Verdict.Bought, PurchaseAnswers.Judge(answer, PhoneNumber.Parse("+18042105666")));
            Assert.Equal(new DateTimeOffset(2014, 1, 6, 19, 9, 44, 41, TimeSpan.Zero), answer.CompletedAt);
        },
        ["order_history_backordered.xml"] = file =>
        {
            var history = HistoryEntry.ListOf(Xml(file));
            Assert.Equal(["BACKORDERED", "BACKORDERED"], history.Select(entry => entry.Status));
            Assert.Equal([null, "CustomerOrderId : \"\" --> hello"], history.Select(entry => entry.Difference));
        },
        ["order_tns_one.xml"] = file => Assert.Equal(["+18042105666"], Lists.Numbers(Xml(file))),
        ["orders_list_three.xml"] = file =>
        {
            var page = OrderSearch.OfList(Reply(file));
            Assert.Equal(122, page.Total);
            Assert.Equal(["COMPLETE", "FAILED", "COMPLETE"], page.Orders.Select(order => order.Status));
            Assert.All(page.Orders, order => Assert.Null(order.Reference));
            Assert.Null(page.NextPage); // the links stand in comments
        },
        ["orders_list_new_number.xml"] = file =>
        {
            var page = OrderSearch.OfList(Reply(file));
            Assert.Equal(47, page.Total);
            Assert.Equal(new ListedOrder("13c97416-9eee-4da3-aff8-ba85d1297ef2", null, "COMPLETE", "new_number", 1), Assert.Single(page.Orders));
        },
        ["order_history_not_found_404.xml"] = file => Fails(file, 404, WireContext.Order, CarrierErrorKind.NotFound, null),
        ["reservation_get.xml"] = file =>
        {
            var held = ReservationReply.Of(Xml(file));
            Assert.Equal(("1234", 30, "+19195551212"), (held.Id, held.SecondsLeft, held.Number));
        },
        ["reservation_error_5041.xml"] = file => Assert.Equal(CarrierErrorKind.NumberUnavailable, Reservations.OfCreation(Reply(file, 400)).Refusal?.Kind),
        ["disconnect_create_without_status.xml"] = file => Assert.Equal("disconnectId", Assert.IsType<CarrierOutcome.Pending>(Released(file, 201)).CarrierOrderId),
        ["disconnect_create_received.xml"] = file =>
        {
            var answer = DisconnectReply.Of(Xml(file));
            Assert.Equal(("b902dee1-0585-4258-becd-5c7e51ccf5e1", "RECEIVED"), (answer.Id, answer.Status));
            Assert.Equal(["+19192755378", "+19192755703"], answer.Asked);
        },
        ["disconnect_failed_5006.xml"] = file =>
            Assert.Equal((CarrierErrorKind.NotOwned, "5006"), Kind(Assert.IsType<CarrierOutcome.Refused>(Released(file, 201, "+12055551212")).Error)),
        ["disconnect_get_complete.xml"] = file =>
        {
            Assert.Equal(["+19194392566"], DisconnectReply.Of(Xml(file)).Released);
            Assert.IsType<CarrierOutcome.Done>(Released(file, 200, "+19194392566"));
            Assert.IsType<CarrierOutcome.Unknown>(Released(file, 200, "+19194392567"));
        },
        ["disconnects_list.xml"] = file => Assert.Equal(
            ["6d7da966-e071-4741-b31c-1d8932f4b8da", "4ffe9262-1965-4479-a1d5-b8584440667d"], Lists.Orders(Xml(file)).Orders.Select(order => order.Id)),
        ["sites_two.xml"] = file => Assert.Equal([new Place("399", "SiteName"), new Place("403", "TestSite2")], Place.Sites(Xml(file))),
        ["site_error_12016.xml"] = file => Fails(file, 404, WireContext.Site, CarrierErrorKind.NotFound, "12016"),
        ["sippeers_one.xml"] = file => Assert.Equal([new Place("304985", "CNAM-TEST-778", false)], Place.Peers(Xml(file))),
        ["sippeer_one.xml"] = file => Assert.Equal([new Place("5678", "SIP Peer 1", true)], Place.Peers(Xml(file))),
        ["sippeer_error_13563.xml"] = file => Fails(file, 404, WireContext.Site, CarrierErrorKind.NotFound, "13563"),
        ["tn_inservice.xml"] = file =>
        {
            var number = NumberReply.Of(Xml(file));
            Assert.Equal(("Inservice", "5f3a4dab-aac7-4b0a-8ee4-1b6a67ae04be", "1091", null), (number.Status, number.OrderId, number.SiteId, number.Number));
        },
        ["tndetails_full.xml"] = file =>
        {
            var number = NumberReply.Of(Xml(file));
            Assert.Equal(("+12018981023", "479", "500014", "SUCCESS", "14"), (number.Number, number.SiteId, number.PeerId, number.EmergencyOutcome, number.AccountId));
            Assert.Equal(new RateCenter("JERSEYCITY", "NJ", "224"), number.RateCenter);
        },
        ["tndetails_messaging.xml"] = file =>
        {
            var number = NumberReply.Of(Xml(file));
            Assert.Equal(("+19195551212", true), (number.Number, number.SendsText));
            Assert.Equal(new RateCenter("MOUNTOLIVE", "NC", "426"), number.RateCenter);
        },
        ["tndetails_error_12512.xml"] = file => Fails(file, 400, WireContext.Number, CarrierErrorKind.InvalidRequest, "12512"),
        ["tns_list.xml"] = file =>
        {
            var page = Lists.NumbersPage(Xml(file));
            Assert.Equal((5, 5, "+19192381138", "2012082912"), (page.Total, page.Numbers.Count, page.Numbers[0], page.NextPage));
        },
        ["tn_site.xml"] = file => Assert.Equal([new Place("1435", "Sales Training")], Place.Sites(Xml(file))),
        ["inservice_numbers.xml"] = file =>
        {
            var page = Lists.NumbersPage(Xml(file));
            Assert.Equal((59, 15, null), (page.Total, page.Numbers.Count, page.NextPage));
        },
        ["disc_numbers.xml"] = file => Assert.Equal(["+14158714245", "+14352154439"], Lists.NumbersPage(Xml(file)).Numbers),
        ["lnpchecker_portable.xml"] = file => Assert.All(["9195551212", "9195551213"], number => Assert.True(PortabilityReply.Of(Xml(file)).IsPortable(number))),
        ["lnpchecker_unsupported.xml"] = file =>
        {
            var reply = PortabilityReply.Of(Xml(file));
            Assert.Equal((0, 4, 2), (reply.Portable.Count, reply.Unsupported.Count, reply.PartnerSupported.Count));
            Assert.False(reply.IsPortable("4109255199"));
        },
        ["lnpchecker_error_7201.xml"] = file =>
        {
            Fails(file, 400, WireContext.Port, CarrierErrorKind.InvalidRequest, "7201");
            Assert.Equal("919", Assert.Single(PortabilityReply.Of(Xml(file)).Errors).Number);
        },
        ["portin_create_201.xml"] = file =>
        {
            var port = PortReply.Of(Xml(file));
            Assert.Equal(("1234", "PENDING_DOCUMENTS", "201", 0), (port.Id, port.State, port.StatusCode, port.Errors.Count));
        },
        ["portin_get_cancelled.xml"] = file =>
        {
            var port = PortReply.Of(Xml(file));
            Assert.Equal(("CANCELLED", "7205"), (port.State, Assert.Single(port.Errors).Code));
        },
        ["portin_put_409_7717.xml"] = file =>
        {
            Assert.Equal("EXCEPTION", PortReply.Of(Xml(file)).State);
            Fails(file, 409, WireContext.Port, CarrierErrorKind.InvalidRequest, "7717");
        },
        ["subscriptions_list.xml"] = file =>
        {
            var subscriptions = Subscription.ListOf(Xml(file));
            Assert.Equal(4, subscriptions.Count);
            Assert.Equal(2, subscriptions.Count(one => one.CallbackAddress == "https://company.com/iriscallback"));
        },
        ["e911_create_201.xml"] = file =>
        {
            var order = EmergencyReply.Of(Xml(file));
            Assert.Equal(("1d863522-c9bf-430c-8e79-cc63cad04a1d", "RECEIVED", 2), (order.Id, order.State, order.Numbers.Count));
        },
    };

    public static TheoryData<string> Names => [.. Expect.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Every_recorded_reply_is_read_as_expected(string name) => Expect[name](name);

    [Fact]
    public void Every_recording_is_expected_to_be_something() => Assert.Equal(SharedData.Files(Folder), Expect.Keys.Order(StringComparer.Ordinal));

    // Prefixes, attributes, comments, a byte-order mark and a missing declaration change nothing.
    [Theory, MemberData(nameof(Names))]
    public void Decoration_changes_nothing(string name)
    {
        if (name.EndsWith(".json", StringComparison.Ordinal)) return;
        XNamespace other = "urn:other";
        var plain = XDocument.Parse(SharedData.Read($"{Folder}/{name}")).Root!; // a recording has a root
        var decorated = new XElement(plain);
        foreach (var element in decorated.DescendantsAndSelf())
        {
            element.Name = other + element.Name.LocalName;
            element.SetAttributeValue(XNamespace.Xmlns + "o", "urn:other");
            element.SetAttributeValue("noise", "1");
            element.AddFirst(new XComment("noise"));
        }

        var read = CarrierXml.Parse(new CarrierReply(200, [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes("\n " + decorated)], "application/xml"));

        foreach (var element in read.DescendantsAndSelf()) element.RemoveAttributes();
        var expected = CarrierXml.Parse(Reply(name));
        foreach (var element in expected.DescendantsAndSelf()) element.RemoveAttributes();
        Assert.Equal(Leaves(expected), Leaves(read));
    }

    private static IEnumerable<string> Leaves(XElement root) => root.Descendants().Where(element => !element.HasElements).Select(element => $"{element.Name}={element.Inner()}");

    private static void CaryTwice(string file)
    {
        var items = Search(file);
        Assert.Equal(["+19193716651", "+19193716675"], items.Select(item => item.E164()));
        Assert.All(items, item => Assert.Equal((new RateCenter("CARY-RTP", "NC", "426"), "USA", "0"), (item.RateCenter, item.CountryA3, item.Tier)));
        var hit = Finder.HitOf(PhoneNumber.Parse("+19193716651"), "+19193716651", items[0], "CA");
        Assert.Equal(("US", "geographic", "CARY-RESEARCH TRIANGLE PARK"), (hit.Country, hit.NumberType, hit.Locality));
        Assert.Equal("""{"rate_center":{"name":"CARY-RTP","state":"NC","lata":"426"},"tier":0,"vendor_id":"49","vendor_name":"Bandwidth CLEC"}""", hit.CarrierData.ToString());
    }

    private static void Waits(string file, string id, string status)
    {
        // The recordings carry other references than the order of the test, which would be told apart; so the check of the reference is left to its own tests.
        var root = Xml(file);
        root.Child("Order")?.Child("CustomerOrderId")?.Remove();
        var pending = Assert.IsType<CarrierOutcome.Pending>(PurchaseAnswers.OfCreation(Bandwidth2Some.Reply(201, root.ToString()), Any, (_, _) => DocumentText.Empty));
        Assert.Equal((id, status), (pending.CarrierOrderId, pending.Status));
    }

    private static CarrierOutcome Released(string file, int status, string number = "+13035550142")
    {
        var root = Xml(file);
        root.Child("orderRequest")?.Child("CustomerOrderId")?.Remove();
        var reply = Bandwidth2Some.Reply(status, root.ToString());
        return status == 201
            ? ReleaseAnswers.OfCreation(reply, Any.Key, PhoneNumber.Parse(number), _ => DocumentText.Empty)
            : ReleaseAnswers.OfOrder(reply, DisconnectReply.Of(root), "id", PhoneNumber.Parse(number), _ => DocumentText.Empty);
    }

    private static void Fails(string file, int status, WireContext context, CarrierErrorKind kind, string? code) =>
        Assert.Equal((kind, code), Kind(Faults.Of(Reply(file, status), context)));

    private static (CarrierErrorKind, string?) Kind(CarrierError error) => (error.Kind, error.Code);

    private static IReadOnlyList<WireNumber> Search(string file)
    {
        var (items, _, error) = Finder.OfReply(Reply(file));
        Assert.Null(error);
        return items;
    }

    private static XElement Xml(string file) => CarrierXml.Parse(Reply(file));

    private static CarrierReply Reply(string file, int status = 200) =>
        new(status, File.ReadAllBytes(SharedData.PathOf($"{Folder}/{file}")), file.EndsWith(".json", StringComparison.Ordinal) ? "application/json" : "application/xml");
}
