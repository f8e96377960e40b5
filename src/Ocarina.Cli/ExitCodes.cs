namespace Ocarina.Cli;

/// <summary>What the command tells the program that started it (http-api.md 10). Scripts depend on these: a code is never given another meaning.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>The command was called wrongly, or no server could be spoken to. Nothing was changed by the last call.</summary>
    public const int UsageOrConnection = 1;

    /// <summary>The server refused, wholly or for some of the numbers or rows.</summary>
    public const int Failed = 3;

    /// <summary>The server did not answer in time. What became of the last call is not known.</summary>
    public const int Timeout = 4;

    /// <summary>Accepted, and a carrier has still to decide: an order goes on by itself.</summary>
    public const int Pending = 5;

    /// <summary>Interrupted by Ctrl-C, as shells expect it: 128 + SIGINT.</summary>
    public const int Interrupted = 130;

    /// <summary>For the help text.</summary>
    public static IReadOnlyList<(int Code, string Meaning)> All { get; } =
    [
        (Success, "done"),
        (UsageOrConnection, "wrong usage, or no connection to a server"),
        (Failed, "the server refused, wholly or in part"),
        (Timeout, "the server did not answer in time"),
        (Pending, "accepted; a carrier has still to decide"),
        (Interrupted, "interrupted (Ctrl-C)"),
    ];
}
