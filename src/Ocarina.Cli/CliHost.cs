using System.CommandLine;
using Ocarina.Cli.Output;

namespace Ocarina.Cli;

/// <summary>The world a command runs in, and the one place where what went wrong becomes words and an exit code.</summary>
internal sealed class CliHost(TextWriter output, TextWriter error, TextReader input, CliEnvironment environment)
{
    public TextWriter Out => output;

    public TextWriter Error => error;

    public TextReader In => input;

    public CliEnvironment Environment => environment;

    public GlobalOptions Globals { get; } = new();

    /// <summary>Asks at the terminal. The read itself cannot be interrupted, so it is left behind when the command is.</summary>
    public async Task<string?> AskAsync(string question, bool secret, CancellationToken ct)
    {
        await error.WriteAsync(question.AsMemory(), ct);
        await error.FlushAsync(ct);
        return await Task.Run(() => secret ? environment.ReadSecret() : input.ReadLine(), ct).WaitAsync(ct);
    }

    /// <summary>Gives a command its body.</summary>
    public void Run(Command command, Func<ParseResult, CommandContext, CancellationToken, Task<int>> body) =>
        command.SetAction((parse, ct) => RunAsync(parse, body, ct));

    private async Task<int> RunAsync(
        ParseResult parse, Func<ParseResult, CommandContext, CancellationToken, Task<int>> body, CancellationToken ct)
    {
        using var context = new CommandContext(this, Globals.Read(parse));
        try
        {
            var code = await body(parse, context, ct);
            context.RememberToken();
            return code;
        }
        catch (Exception e) when (Failure.From(e, context.Server, ct) is { } failure)
        {
            failure.Write(this, context.IsJson);
            return failure.ExitCode;
        }
    }
}
