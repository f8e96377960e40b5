using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ocarina.Sandbox.Wire;

/// <summary>How carriers open their doors: every request behind one takes the way of <see cref="CallPipeline"/>.</summary>
internal static class OperationRoutes
{
    /// <summary>A door that serves one operation.</summary>
    public static void MapOperation(
        this IEndpointRouteBuilder routes, string method, string pattern, Operation operation, Func<SandboxCall, SandboxReply> handler) =>
        routes.MapOperation(method, pattern, _ => operation, handler);

    /// <summary>A door whose operation is found out from the request, e.g. from the root element of its body.</summary>
    /// <remarks>Handlers answer at once and in memory; what takes time is said in <see cref="SandboxReply.Takes"/>.</remarks>
    public static void MapOperation(
        this IEndpointRouteBuilder routes,
        string method,
        string pattern,
        Func<SandboxCall, Operation> operation,
        Func<SandboxCall, SandboxReply> handler)
    {
        var pipeline = routes.ServiceProvider.GetRequiredService<CallPipeline>();
        routes.MapMethods(pattern, [method], (RequestDelegate)(http => pipeline.RunAsync(http, operation, handler)));
    }
}
