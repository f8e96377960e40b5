namespace Ocarina.Cli;

/// <summary>What surrounds the command beside its three streams. Given from outside, so that tests need no terminal.</summary>
internal sealed record CliEnvironment
{
    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    public bool IsInputTerminal { get; init; }

    public bool IsOutputTerminal { get; init; }

    public bool IsErrorTerminal { get; init; }

    /// <summary>Columns of the terminal. Asked only when something is drawn.</summary>
    public Func<int> Width { get; init; } = () => 80;

    /// <summary>Reads a line without showing it. Only asked when the input is a terminal.</summary>
    public Func<string> ReadSecret { get; init; } = () => "";

    /// <summary>Clock of the time-outs and of the running time shown.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Colour and other decoration of text: for a terminal, unless https://no-color.org says otherwise.</summary>
    public bool Decorates(bool terminal) => terminal && string.IsNullOrEmpty(Variable("NO_COLOR")) && Variable("TERM") != "dumb";

    /// <summary>Whether a bar may be redrawn on standard error.</summary>
    public bool ShowsProgress => IsErrorTerminal && Variable("TERM") != "dumb";

    /// <summary>Where profiles are kept.</summary>
    public string ConfigFolder => Path.Combine(
        Variable("XDG_CONFIG_HOME") is { Length: > 0 } folder ? folder : Path.Combine(Variable("HOME") ?? ".", ".config"), "ocarina");

    public string? Variable(string name) => Variables.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;
}
