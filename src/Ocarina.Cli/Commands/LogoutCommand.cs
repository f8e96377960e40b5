using System.CommandLine;
using Ocarina.Cli.Profiles;
using Ocarina.Client;

namespace Ocarina.Cli.Commands;

/// <summary><c>ocarina logout</c>: ends the token at the server, and deletes the profile.</summary>
internal static class LogoutCommand
{
    public static Command Build(CliHost host)
    {
        var command = new Command("logout", "End the login and delete its profile.");
        host.Run(command, (_, context, ct) => RunAsync(context, ct));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken ct)
    {
        var file = context.Store.Load();
        var name = context.Globals.Profile ?? file.Current ?? ProfileStore.DefaultName;
        if (!file.Profiles.Remove(name, out var profile)) throw new UsageException($"There is no profile '{name}'.");

        var token = profile.ApiKey is null ? profile.Token : context.Store.LoadToken(name);
        var ended = token is null || await EndAsync(context, profile, token, ct);
        if (file.Current == name) file.Current = file.Profiles.Keys.FirstOrDefault();
        context.Store.Save(file);
        context.Store.SaveToken(name, null);

        if (!ended) context.Say("The server could not be told; the token ends by itself.");
        context.Say($"Profile '{name}' is deleted.");
        return ExitCodes.Success;
    }

    private static async Task<bool> EndAsync(CommandContext context, Profile profile, string token, CancellationToken ct)
    {
        try
        {
            await context.Open(Connection.ParseServer(profile.Url), credentials: null, token).LogoutAsync(ct);
            return true;
        }
        catch (OcarinaApiException e) when (e.Status == 401)
        {
            return true; // it had ended already
        }
        catch (Exception e) when (e is OcarinaApiException or OcarinaProtocolException or HttpRequestException or IOException or TimeoutException)
        {
            return false; // what is on this machine is deleted all the same
        }
    }
}
