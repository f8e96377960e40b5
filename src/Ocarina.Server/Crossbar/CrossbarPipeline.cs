using Microsoft.Extensions.DependencyInjection.Extensions;
using Ocarina.Storage.Idempotency;

namespace Ocarina.Server.Crossbar;

/// <summary>The door into this folder: services, and the middlewares in their order.</summary>
internal static class CrossbarPipeline
{
    /// <summary>Adds what the middlewares need; the host adds <see cref="ICredentialCheck"/>, the account tree and <see cref="RateLimits"/>.</summary>
    public static IServiceCollection AddCrossbar(this IServiceCollection services, Action<CrossbarIdentity> identify)
    {
        services.Configure(identify);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RouteTable>();
        services.TryAddSingleton<Authenticator>();
        return services;
    }

    /// <summary>Everything between the socket and a handler. Call it before anything is mapped.</summary>
    public static void UseCrossbar(this WebApplication app)
    {
        app.UseMiddleware<CrossbarFaults>();
        app.UseMiddleware<CrossbarDoor>();
        app.UseMiddleware<OwnAccountPath>();
        app.UseRouting(); // not earlier: the door finds the verb, and the alias the path
        app.UseMiddleware<CrossbarGate>();
        if (app.Services.GetService<IdempotencyDatabase>() is not null) app.UseMiddleware<RepeatedCalls>();
    }
}
