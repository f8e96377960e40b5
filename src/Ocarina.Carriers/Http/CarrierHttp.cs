using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Reflection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Http;

/// <summary>What all carrier modules of a process share: connections, rates, circuits, traffic logs (carriers.md 1.3, 1.12, 1.13). One per process; safe to share between threads.</summary>
public sealed class CarrierHttp : IDisposable
{
    /// <summary>Most bytes of one reply, after decompression.</summary>
    public const int BodyMax = 32 * 1024 * 1024;

    /// <summary>How the product names itself to carriers.</summary>
    internal static readonly string UserAgent = $"Ocarina/{typeof(CarrierHttp).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0"}";

    private readonly ILogger _logger;
    private readonly ConnectionPools _pools = new();
    private readonly ConcurrentDictionary<string, RateBucket> _buckets = new(StringComparer.OrdinalIgnoreCase);
    private readonly Circuits _circuits;
    private readonly ConcurrentDictionary<string, bool> _warned = new(StringComparer.Ordinal);
    private readonly Meter _meter = new("Ocarina.Carriers");

    /// <summary>With the clock of deadlines and records.</summary>
    /// <param name="clock">Monotonic for deadlines, wall clock for records.</param>
    /// <param name="logs">Where warnings go; nowhere when absent.</param>
    public CarrierHttp(TimeProvider clock, ILoggerFactory? logs = null)
    {
        ArgumentNullException.ThrowIfNull(clock);
        Clock = clock;
        _logger = (logs ?? NullLoggerFactory.Instance).CreateLogger("Ocarina.Carriers");
        _circuits = new Circuits(clock);
        Traffic = new TrafficLogs(_logger);
        Measures = new CarrierMeasures(_meter);
    }

    internal TimeProvider Clock { get; }

    internal TrafficLogs Traffic { get; }

    internal CarrierMeasures Measures { get; }

    internal ILogger Logger => _logger;

    /// <summary>Opens a channel for one call of a module: cheap, nothing is connected yet.</summary>
    /// <param name="carrier">Who talks.</param>
    /// <param name="context">The call's context: its settings and its deadline hold for all requests of the channel.</param>
    /// <param name="options">Where and how.</param>
    /// <exception cref="CarrierException"><see cref="CarrierErrorKind.InvalidConfig"/>: the address or a file named in the settings cannot be used.</exception>
    public CarrierChannel Open(CarrierName carrier, CarrierContext context, ChannelOptions options)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        var settings = context.Settings;
        if (CarrierUrls.Fault(options.BaseAddress, settings.Flag("allow_plain_http", false)) is { } fault)
            throw new CarrierException(new CarrierError(CarrierErrorKind.InvalidConfig, fault));
        if (!CarrierUrls.IsSafe(options.BaseAddress) && _warned.TryAdd($"{carrier} {options.BaseAddress.Host} {settings.Fingerprint}", true))
            _logger.PlainHttpAllowed(carrier, options.BaseAddress.Host);

        var circuit = _circuits.For(carrier, options.BaseAddress, options.Circuit, settings.Fingerprint);
        return new CarrierChannel(this, carrier, context, options, _pools.For(carrier, options, settings), circuit);
    }

    /// <summary>Closes all connections.</summary>
    public void Dispose()
    {
        _pools.Dispose();
        _meter.Dispose();
        foreach (var bucket in _buckets.Values) bucket.Dispose();
    }

    internal RateBucket BucketOf(string scope) => _buckets.GetOrAdd(scope, _ => new RateBucket(Clock));
}
