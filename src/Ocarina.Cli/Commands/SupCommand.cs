using System.CommandLine;
using System.Text.Json;
using Ocarina.Cli.Output;
using Ocarina.Client;

namespace Ocarina.Cli.Commands;

/// <summary><c>ocarina sup</c>: the words of Kazoo's own command line (http-api.md 10). What it prints is what scripts match.</summary>
internal static class SupCommand
{
    private const string Suffix = "_maintenance";

    public static Command Build(CliHost host)
    {
        var module = new Argument<string>("module") { Description = "Such as knm_bandwidth2." };
        var words = new Argument<string[]>("words") { Description = "Function and its arguments, such as peers 1234.", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("sup", "Run an operator's command of a module, in Kazoo's words. Administrators of the system only.") { module, words };
        host.Run(command, (parse, context, ct) => RunAsync(context, parse.GetRequiredValue(module), parse.GetValue(words) ?? [], ct));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string module, string[] words, CancellationToken ct)
    {
        try
        {
            var text = await context.Client.RunCommandAsync(module.EndsWith(Suffix, StringComparison.Ordinal) ? module[..^Suffix.Length] : module, words, ct);
            await context.Host.Out.WriteAsync((text.EndsWith('\n') ? text : text + "\n").AsMemory(), ct);
            return ExitCodes.Success;
        }
        catch (OcarinaApiException e) when (!e.IsLogin && !context.IsJson)
        {
            var isUsage = e.Status is 400 or 404; // no such command, or not called so
            var said = e.Detail.ValueKind == JsonValueKind.Object && e.Detail.TryGetProperty("message", out var message) ? message.ToString() : e.Message;
            foreach (var line in (isUsage ? said : $"Command failed: {said}").TrimEnd('\n').Split('\n')) context.Say(Printable.Line(line));
            return isUsage ? ExitCodes.UsageOrConnection : ExitCodes.Failed;
        }
        catch (Exception e) when (e is HttpRequestException or IOException && !context.IsJson)
        {
            context.Say("Connection to service failed!");
            return ExitCodes.UsageOrConnection;
        }
    }
}
