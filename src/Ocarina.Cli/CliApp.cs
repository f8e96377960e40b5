using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Ocarina.Cli.Commands;

namespace Ocarina.Cli;

/// <summary>The whole command, with the world given from outside: <c>Program</c> gives it a process, tests give it strings.</summary>
internal static class CliApp
{
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args, TextWriter stdout, TextWriter stderr, TextReader stdin, CliEnvironment environment, CancellationToken ct)
    {
        var host = new CliHost(stdout, stderr, stdin, environment);
        var parse = Build(host).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        try
        {
            if (parse.Action is ParseErrorAction || parse.Action is null) return WrongUsage(host, parse);
            return await parse.InvokeAsync(
                new InvocationConfiguration { Output = stdout, Error = stderr, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, ct);
        }
        catch (Exception e) when (environment.Variable("OCARINA_DEBUG") is null)
        {
            // Nothing foresaw this, so it is a fault of this program; a stack trace helps only who can mend it.
            await stderr.WriteLineAsync($"ocarina: internal fault: {e.GetType().Name}: {e.Message} (OCARINA_DEBUG=1 shows where)");
            return ExitCodes.Failed;
        }
        finally
        {
            await stdout.FlushAsync(CancellationToken.None);
            await stderr.FlushAsync(CancellationToken.None);
        }
    }

    internal static RootCommand Build(CliHost host)
    {
        var root = new RootCommand("Ocarina, the phone-number manager: search, buy, assign, release, and the history of it all.")
        {
            LoginCommand.Build(host),
            LogoutCommand.Build(host),
            NumbersCommand.Build(host),
            OrdersCommand.Build(host),
            QuoteCommand.Build(host),
            PlansCommand.Build(host),
            ChargesCommand.Build(host),
            OutboxCommand.Build(host),
            ConfigCommand.Build(host),
            AccountsCommand.Build(host),
            VerifyCommand.Build(host),
            SupCommand.Build(host),
            VersionCommand.Build(host),
        };
        foreach (var option in host.Globals.All) root.Add(option);
        foreach (var option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction help }) option.Action = new HelpWithExitCodes(help, host);
            else if (option is VersionOption) option.Action = new PrintVersion(host);
        }

        return root;
    }

    private static int WrongUsage(CliHost host, ParseResult parse)
    {
        foreach (var error in parse.Errors) host.Error.WriteLine($"ocarina: {error.Message}");
        host.Error.WriteLine($"  See: {Path(parse.CommandResult)} --help");
        return ExitCodes.UsageOrConnection;
    }

    private static string Path(System.CommandLine.Parsing.SymbolResult result) =>
        result.Parent is { } parent ? $"{Path(parent)} {((System.CommandLine.Parsing.CommandResult)result).Command.Name}" : "ocarina";

    private sealed class HelpWithExitCodes(HelpAction help, CliHost host) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            help.MaxWidth = host.Environment.IsOutputTerminal ? host.Environment.Width() : 100;
            help.Invoke(parseResult);
            host.Out.WriteLine("Exit codes:");
            foreach (var (code, meaning) in ExitCodes.All) host.Out.WriteLine($"  {code,-3}  {meaning}");
            return ExitCodes.Success;
        }
    }

    private sealed class PrintVersion(CliHost host) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            host.Out.WriteLine($"ocarina {VersionCommand.Version}");
            return ExitCodes.Success;
        }
    }
}
