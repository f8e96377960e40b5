using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Ocarina.Sandbox.Faults;

namespace Ocarina.Sandbox.Control;

/// <summary>Reads the words after the program's name.</summary>
internal static class CommandLine
{
    /// <summary>What may be said.</summary>
    public const string Usage =
        "Usage: Ocarina.Sandbox [--port N] [--control-port N] [--mail-port N] [--data DIR] [--seed N] [--profile calm|realistic|storm|outage] [--tls] [--script FILE]";

    /// <summary>False with a problem when a word makes no sense.</summary>
    public static bool TryRead(
        IReadOnlyList<string> args, out SandboxOptions options, out string? script, [NotNullWhen(false)] out string? problem)
    {
        (options, script, problem) = (new SandboxOptions(), null, null);
        for (var at = 0; at < args.Count; at++)
        {
            var word = args[at];
            if (word == "--tls")
            {
                options = options with { Tls = true };
                continue;
            }

            var value = at + 1 < args.Count ? args[++at] : null;
            var isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
            switch (word)
            {
                case "--port" when isNumber && number <= 65535: options = options with { Port = number }; break;
                case "--control-port" when isNumber && number <= 65535: options = options with { ControlPort = number }; break;
                case "--mail-port" when isNumber && number <= 65535: options = options with { MailPort = number }; break;
                case "--seed" when isNumber: options = options with { Seed = number }; break;
                case "--data" when value is not null: options = options with { DataFolder = value }; break;
                case "--profile" when value is not null && FaultProfile.Find(value) is not null: options = options with { Profile = value }; break;
                case "--script" when value is not null: script = value; break;
                default: problem = $"'{word}{(value is null ? "" : " " + value)}' makes no sense here."; return false;
            }
        }

        return true;
    }
}
