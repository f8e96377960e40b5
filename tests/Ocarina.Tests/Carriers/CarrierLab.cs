using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Ocarina.Carriers;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Configuration;
using Ocarina.Core.Normalization;
using Xunit;

namespace Ocarina.Tests.Carriers;

/// <summary>What a module is given, without the engine around it.</summary>
internal sealed class CarrierLab : IDisposable
{
    private static readonly INumberRules Rules = MakeRules();

    public CarrierLab(TimeProvider? clock = null, ILoggerFactory? logs = null)
    {
        Clock = clock ?? TimeProvider.System;
        Http = new CarrierHttp(Clock, logs);
        Host = new CarrierHost(Clock, Http);
    }

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static CarrierName Anybody { get; } = CarrierName.Parse("bandwidth2");

    public TimeProvider Clock { get; }

    public CarrierHttp Http { get; }

    public CarrierHost Host { get; }

    public CarrierContext Context(string settings = "{}", TimeSpan? budget = null) => Context(JsonNode.Parse(settings)!.AsObject(), budget);

    public CarrierContext Context(JsonObject settings, TimeSpan? budget = null) =>
        new(new CarrierSettings(settings), text => Rules.TryNormalize(text, out var number) ? number : null, Clock) { Budget = budget };

    public CarrierChannel Open(Uri address, string settings = "{}", TimeSpan? budget = null, double rate = 10_000) =>
        Http.Open(Anybody, Context(settings, budget), new ChannelOptions(address) { RatePerSecond = rate });

    public static CarrierCall Get(string path = "thing") => new(HttpMethod.Get, new Uri(path, UriKind.Relative), "thing_read");

    public static CarrierCall Post(string path = "thing", string body = "<a/>") =>
        new(HttpMethod.Post, new Uri(path, UriKind.Relative), "thing_write") { Body = System.Text.Encoding.UTF8.GetBytes(body), ContentType = "text/xml" };

    public static CarrierReply Reply(string body, int status = 200, string type = "text/xml") => new(status, System.Text.Encoding.UTF8.GetBytes(body), type);

    public static async Task<CarrierError> FailsAsync(Func<Task> act) => (await Assert.ThrowsAsync<CarrierException>(act)).Error;

    public void Dispose() => Http.Dispose();

    private static INumberRules MakeRules()
    {
        ConfigSchemas.TryGetDefaults("number_manager", out var defaults);
        return NumberRules.Prepare(defaults, dialPlan: null, null);
    }
}
