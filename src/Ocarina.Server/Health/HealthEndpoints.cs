using System.Data.Common;
using System.Text.Json.Nodes;
using Ocarina.Storage;

namespace Ocarina.Server.Health;

/// <summary>For load balancers and watchdogs: is the process alive, and is it worth sending requests to it. Not in the envelope.</summary>
internal static class HealthEndpoints
{
    private static readonly TimeSpan DatabaseTimeout = TimeSpan.FromSeconds(2);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health", ReadyAsync).ExcludeFromDescription();
        routes.MapGet("/health/ready", ReadyAsync).ExcludeFromDescription();
        routes.MapGet("/health/live", () => Answer(200, "ok")).ExcludeFromDescription();
    }

    private static async Task<IResult> ReadyAsync(IDatabase database, IHostApplicationLifetime lifetime, CancellationToken ct)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested) return Answer(503, "stopping");

        using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limited.CancelAfter(DatabaseTimeout);
        try
        {
            await database.ReadAsync(Versions.ReadAsync, limited.Token);
            return Answer(200, "ok");
        }
        catch (Exception fault) when (fault is DbException or OperationCanceledException or TimeoutException && !ct.IsCancellationRequested)
        {
            return Answer(503, "the database does not answer");
        }
    }

    private static IResult Answer(int code, string status) =>
        Results.Text(new JsonObject { ["status"] = status }.ToJsonString(), "application/json", statusCode: code);
}
