using Ocarina.Carriers;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Tests.Carriers;

/// <summary>A module that does what a test says, behind the base class of all HTTP modules.</summary>
internal sealed class ScriptedCarrier(CarrierHost? host = null) : HttpCarrier(host ?? new CarrierHost(TimeProvider.System))
{
    public override CarrierName Name { get; } = CarrierName.Parse("scripted");

    public override CarrierInfo Info { get; } = new(
        CarrierCapabilities.Searches | CarrierCapabilities.Acquires | CarrierCapabilities.Disconnects, 3, [new CarrierKey("api_key", CarrierKeyKind.Text) { IsSecret = true }]);

    public Func<CarrierContext, Task<FindReply>> OnSearch { get; init; } = _ => Task.FromResult(FindReply.Empty);

    public Func<CarrierContext, Task<CarrierOutcome>> OnOrder { get; init; } = _ => Task.FromResult<CarrierOutcome>(new CarrierOutcome.Done(DocumentText.Empty));

    public Func<CarrierOrder, CarrierOutcome> OnRelease { get; init; } = _ => new CarrierOutcome.Done(DocumentText.Empty);

    public CarrierError? Objection { get; init; }

    public string? Missing { get; init; }

    public int Calls { get; private set; }

    public CarrierHttp Chassis => Http;

    protected override string? MissingKey(CarrierSettings settings, OrderKind? kind) => Missing;

    protected override CarrierError? Refusal(CarrierOrder order, CarrierContext context) => Objection;

    protected override Task<FindReply> SearchAsync(CarrierSearch search, CarrierContext context, CancellationToken ct)
    {
        Calls++;
        return OnSearch(context);
    }

    protected override Task<CarrierOutcome> OrderAsync(CarrierOrder order, CarrierContext context, CancellationToken ct)
    {
        Calls++;
        return OnOrder(context);
    }

    protected override Task<CarrierOutcome> LookUpAsync(CarrierOrder order, CarrierContext context, CancellationToken ct)
    {
        Calls++;
        return OnOrder(context);
    }

    protected override Task<CarrierOutcome> ReleaseAsync(CarrierOrder order, CarrierContext context, CancellationToken ct)
    {
        Calls++;
        return Task.FromResult(OnRelease(order));
    }
}
