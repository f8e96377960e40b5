using Ocarina.Conformance;
using Ocarina.Core.Carriers;

namespace Acme.Tests;

public sealed class AcmeConformanceTests : CarrierConformance
{
    protected override ICarrier Create(ICarrierHost host) => new AcmeFactory().Create(host);

    protected override async Task<ICarrierStub> StartStubAsync(CancellationToken ct) => await AcmeStub.StartAsync(ct);
}
