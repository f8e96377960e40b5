namespace Ocarina.Core.Carriers;

/// <summary>What operators may ask of a carrier module from the command line: the peer's <c>sup</c> words such as <c>knm_bandwidth2 peers 1234</c> (http-api.md 10.2).</summary>
/// <remarks>A module that has such commands implements this beside <see cref="ICarrier"/>. Commands only read.</remarks>
public interface ICarrierMaintenance
{
    /// <summary>The commands, in the order in which help shows them.</summary>
    IReadOnlyList<CarrierCommand> Commands { get; }

    /// <summary>Runs a command. Never throws for what the carrier or the caller did wrong.</summary>
    /// <param name="function">Name of the command, such as <c>sites</c>.</param>
    /// <param name="arguments">Its arguments, as typed.</param>
    /// <param name="context">Settings and clock.</param>
    /// <param name="ct">Cancels.</param>
    Task<CarrierCommandReply> RunAsync(string function, IReadOnlyList<string> arguments, CarrierContext context, CancellationToken ct);
}

/// <summary>One command of a carrier module.</summary>
/// <param name="Function">Its name, lower case with underscores.</param>
/// <param name="Arguments">Names of its arguments, such as <c>SITE_ID</c>; all are required.</param>
/// <param name="Help">What it does, one sentence for people.</param>
public sealed record CarrierCommand(string Function, IReadOnlyList<string> Arguments, string Help);

/// <summary>What a command answered. Closed.</summary>
public abstract record CarrierCommandReply
{
    private CarrierCommandReply() { }

    /// <summary>It ran.</summary>
    /// <param name="Text">All it printed, lines ended by a line feed, the function's return value (<c>ok</c>) on the last line.</param>
    public sealed record Printed(string Text) : CarrierCommandReply;

    /// <summary>There is no such command, or its arguments are missing or too many: exit code 1.</summary>
    /// <param name="Text">How it is used.</param>
    public sealed record Usage(string Text) : CarrierCommandReply;

    /// <summary>The carrier refused, or could not be asked: exit code 3.</summary>
    /// <param name="Error">Why.</param>
    public sealed record Failed(CarrierError Error) : CarrierCommandReply;
}
