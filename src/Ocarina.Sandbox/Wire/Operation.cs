namespace Ocarina.Sandbox.Wire;

/// <summary>What a request wants. Journal, faults and limits go by it.</summary>
/// <param name="Carrier">Name of the carrier.</param>
/// <param name="Name">Name of the operation, e.g. <c>order_create</c>.</param>
/// <param name="IsWrite">True when it may change something that is sold or paid.</param>
internal sealed record Operation(string Carrier, string Name, bool IsWrite);
