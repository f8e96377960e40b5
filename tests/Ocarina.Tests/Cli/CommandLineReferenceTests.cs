using System.CommandLine;
using System.CommandLine.Help;
using Ocarina.Cli;
using Xunit;

namespace Ocarina.Tests.Cli;

/// <summary>docs/reference/command-line.md names every command, option and exit code there is.</summary>
public sealed class CommandLineReferenceTests
{
    private static readonly string Reference = File.ReadAllText(Path.Combine(Root(), "docs", "reference", "command-line.md"));

    private static readonly RootCommand Command = CliApp.Build(
        new CliHost(TextWriter.Null, TextWriter.Null, TextReader.Null, new CliEnvironment { Variables = new Dictionary<string, string>() }));

    [Fact]
    public void Every_command_is_in_the_reference()
    {
        var missing = Leaves(Command, "").Where(path => !Reference.Contains($"`{path}", StringComparison.Ordinal) && !Reference.Contains($"`ocarina {path}", StringComparison.Ordinal));

        Assert.Empty(missing);
    }

    [Fact]
    public void Every_option_is_in_the_reference()
    {
        var options = All(Command).SelectMany(command => command.Options).Where(option => option is not (HelpOption or VersionOption));

        Assert.All(options.Select(option => option.Name).Distinct(), name => Assert.Contains(name, Reference, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_exit_code_is_in_the_reference() =>
        Assert.All(ExitCodes.All, code => Assert.Contains($"| {code.Code} | {code.Meaning}", Reference, StringComparison.Ordinal));

    [Fact]
    public void Every_command_and_option_says_what_it_does()
    {
        var symbols = All(Command).SelectMany(command => (IEnumerable<Symbol>)[command, .. command.Options, .. command.Arguments]);

        Assert.Empty(symbols.Where(symbol => string.IsNullOrWhiteSpace(symbol.Description)).Select(symbol => symbol.Name));
    }

    private static IEnumerable<Command> All(Command command) => [command, .. command.Subcommands.SelectMany(All)];

    private static IEnumerable<string> Leaves(Command command, string path) => command.Subcommands.SelectMany(
        child => child.Subcommands.Count == 0 ? [$"{path}{child.Name}"] : Leaves(child, $"{path}{child.Name} "));

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ocarina.slnx"))) folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Not inside the repository.");
        return folder;
    }
}
