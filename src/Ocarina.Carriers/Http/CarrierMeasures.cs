using System.Diagnostics.Metrics;
using Ocarina.Core;

namespace Ocarina.Carriers.Http;

/// <summary>Counters per carrier (carriers.md 1.16), under the meter <c>Ocarina.Carriers</c>.</summary>
internal sealed class CarrierMeasures(Meter meter)
{
    private readonly Counter<long> _requests = meter.CreateCounter<long>("ocarina.carrier.requests", description: "Requests by operation and outcome");
    private readonly Histogram<double> _latency = meter.CreateHistogram<double>("ocarina.carrier.latency", "ms");
    private readonly Counter<long> _retries = meter.CreateCounter<long>("ocarina.carrier.retries");
    private readonly Counter<long> _throttles = meter.CreateCounter<long>("ocarina.carrier.throttles");
    private readonly Counter<long> _opened = meter.CreateCounter<long>("ocarina.carrier.circuit_opened");
    private readonly Counter<long> _dropped = meter.CreateCounter<long>("ocarina.carrier.dropped_items");

    public void Answered(CarrierName carrier, string operation, string outcome, double elapsedMs)
    {
        KeyValuePair<string, object?>[] tags = [new("carrier", carrier.ToString()), new("operation", operation), new("outcome", outcome)];
        _requests.Add(1, tags);
        _latency.Record(elapsedMs, tags.AsSpan(0, 2));
    }

    public void Retried(CarrierName carrier) => _retries.Add(1, new KeyValuePair<string, object?>("carrier", carrier.ToString()));

    public void Throttled(CarrierName carrier) => _throttles.Add(1, new KeyValuePair<string, object?>("carrier", carrier.ToString()));

    public void CircuitOpened(CarrierName carrier) => _opened.Add(1, new KeyValuePair<string, object?>("carrier", carrier.ToString()));

    public void Dropped(CarrierName carrier, int count) => _dropped.Add(count, new KeyValuePair<string, object?>("carrier", carrier.ToString()));
}
