using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Ocarina.Sandbox.State;

namespace Ocarina.Sandbox.Wire;

/// <summary>One carrier of the sandbox: its doors, its stock and its customers' orders.</summary>
/// <remarks>A carrier holds one lock while it checks, records and changes; nothing is sold outside it.</remarks>
internal interface ISandboxCarrier
{
    /// <summary>The name of the ledger, the journal and the fault rules.</summary>
    string Name { get; }

    /// <summary>Opens its doors, with <see cref="OperationRoutes"/>.</summary>
    void Map(IEndpointRouteBuilder routes);

    /// <summary>Builds stock and an empty order book anew, from the world's seed and scale.</summary>
    void Reset();

    /// <summary>Puts a stored fact over the seeded stock, at start. The ledger has it already.</summary>
    void Replay(Fact fact);

    /// <summary>Another customer takes a number (<c>taken</c>) or gives it back (<c>available</c>). False: no such number, or it is not theirs to take.</summary>
    bool SetStock(string number, string status);

    /// <summary>A number another customer might like, or null; for the rival who buys at random.</summary>
    string? SomethingForSale(DrawStream chance) => null;

    /// <summary>The numbers a request is about, as <c>+</c> and digits; for rules that name a number and for <c>stock_taken</c>.</summary>
    IReadOnlyList<string> NumbersIn(SandboxCall call);

    /// <summary>An error in this carrier's shape, for rules that answer a status or a code.</summary>
    SandboxReply Error(SandboxCall call, int status, string? code, string text);

    /// <summary>The refusal of a request that comes too fast, or null.</summary>
    SandboxReply? Limit(SandboxCall call);

    /// <summary>A special of this carrier, from the control interface; null when it has no such action.</summary>
    JsonNode? Control(string action, JsonObject body);
}
