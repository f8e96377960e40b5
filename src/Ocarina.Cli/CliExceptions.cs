namespace Ocarina.Cli;

/// <summary>The command was called wrongly. The message is for the person who called it.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>The command was carried out and did not succeed, for a reason that is not the server's.</summary>
internal sealed class CommandFailedException(string message) : Exception(message);
