using Ocarina.Core.Carriers;
using Xunit;

namespace Ocarina.Conformance;

/// <summary>The exam that every carrier module sits (docs/carriers/conformance.md). Derive one sealed class from it, name the module and its stub, and run the tests.</summary>
/// <remarks>Tests are named after the rows of the table. A row that a carrier has no case of is skipped and says which case is missing; none is passed in silence.</remarks>
public abstract partial class CarrierConformance : IAsyncLifetime
{
    private Bench? _bench;

    /// <summary>The module under test, made as the server makes it.</summary>
    protected abstract ICarrier Create(ICarrierHost host);

    /// <summary>Starts what the module talks to; called once for each test.</summary>
    protected abstract Task<ICarrierStub> StartStubAsync(CancellationToken ct);

    /// <summary>The module facing its stub.</summary>
    private Bench Lab => _bench ?? throw new InvalidOperationException("The test has not begun.");

    private CarrierSamples Samples => Lab.Stub.Samples;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => _bench = await Bench.StartAsync(StartStubAsync, Create, Row.Ct);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_bench is not null) await _bench.DisposeAsync();
    }
}
