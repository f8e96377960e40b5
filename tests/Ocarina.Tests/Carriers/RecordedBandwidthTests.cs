using Ocarina.Carriers.Bandwidth;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Carriers;

/// <summary>What Bandwidth once answered is read right.</summary>
[Trait("Category", "Shared")]
public sealed class RecordedBandwidthTests
{
    private const string Folder = "fixtures/carriers/bandwidth";

    [Fact]
    public void Every_recorded_reply_is_read_by_a_test() =>
        Assert.Equal(["basic_number_order_pending.xml", "search_npanxx_one_number.xml"], SharedData.Files(Folder, "*.xml"));

    [Fact]
    public void A_search_with_one_result()
    {
        using var lab = new CarrierLab();
        var envelope = BandwidthEnvelope.Read(Recorded("search_npanxx_one_number.xml"), "numberSearchResponse");

        var item = BandwidthNumber.Read(Assert.Single(envelope.Root.Child("telephoneNumbers").Children("telephoneNumber")));
        var hit = item.ToHit(item.In(lab.Context())!.Value);

        Assert.Null(envelope.Error);
        Assert.True(item.IsAvailable);
        Assert.Equal(("+14158867900", "CORTE MADERA", "CA", "722"), (hit.Number.ToString(), hit.RateCenter!.Name, hit.RateCenter.State, hit.RateCenter.Lata));
        Assert.Equal(("D0204A79-4F3C-41DE-96E4-9A0230CD76A8", "415886"), (item.Id, item.NpaNxx));
    }

    [Fact]
    public void A_purchase_that_is_pending()
    {
        using var lab = new CarrierLab();
        var envelope = BandwidthEnvelope.Read(Recorded("basic_number_order_pending.xml"), "numberOrderResponse");

        var order = BandwidthOrder.Read(envelope.Root.Child("numberOrder")!);
        var number = order.Of(PhoneNumber.Parse("+12814075037"), lab.Context());
        var data = order.ToJson(number);

        Assert.Equal(("6abd38c5-1111-4546-aeaa-4710744c49eb", "1000003000001989582"), (order.Id, (string?)data["order_number"]));
        Assert.True(number!.IsPending);
        Assert.Equal(("HOUSTON", "TX", "560"), (number.RateCenter!.Name, number.RateCenter.State, number.RateCenter.Lata));
        Assert.False(data.ContainsKey("accountID") || data.ContainsKey("accountName"));
        Assert.Equal("82ab360a0cc291910a156fa339a40000", (string?)data["ext_ref_id"]);
    }

    private static CarrierReply Recorded(string file) => new(200, File.ReadAllBytes(SharedData.PathOf($"{Folder}/{file}")), "text/xml; charset=utf-8");
}
