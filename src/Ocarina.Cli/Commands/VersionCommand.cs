using System.CommandLine;
using System.Text.Json;

namespace Ocarina.Cli.Commands;

/// <summary><c>ocarina version</c>: this program's version. Asks no server.</summary>
internal static class VersionCommand
{
    public static string Version => typeof(VersionCommand).Assembly.GetName().Version?.ToString(3) ?? "unknown";

    public static Command Build(CliHost host)
    {
        var command = new Command("version", "Show the version of this program.");
        host.Run(command, (_, context, _) =>
        {
            if (context.IsJson) context.Json.Document(WriteJson);
            else host.Out.WriteLine($"ocarina {Version}");
            return Task.FromResult(ExitCodes.Success);
        });
        return command;
    }

    private static void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("version", Version);
        json.WriteEndObject();
    }
}
