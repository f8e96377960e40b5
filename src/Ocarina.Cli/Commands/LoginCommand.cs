using System.CommandLine;
using Ocarina.Cli.Output;
using Ocarina.Cli.Profiles;
using Ocarina.Client;
using Ocarina.Client.Wire;

namespace Ocarina.Cli.Commands;

/// <summary><c>ocarina login</c>: tries a key or a password at the server, and saves what worked as a profile.</summary>
internal static class LoginCommand
{
    public static Command Build(CliHost host)
    {
        var user = new Option<string?>("--user") { Description = "Log in as this user in place of with an API key; --account names the user's account.", HelpName = "NAME" };
        var fromInput = new Option<bool>("--password-stdin") { Description = "Read the password, or the API key, from the first line of standard input." };
        var command = new Command("login", "Log in and save it as a profile. Without --user it takes an API key.") { user, fromInput };
        host.Run(command, (parse, context, ct) => RunAsync(context, parse.GetValue(user), parse.GetValue(fromInput), ct));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string? user, bool fromInput, CancellationToken ct)
    {
        var given = context.Globals;
        var file = context.Store.Load();
        var name = given.Profile ?? ProfileStore.DefaultName;
        if (!ProfileStore.IsName(name)) throw new UsageException($"'{name}' is not a name for a profile; use letters, digits, '.', '-' and '_'.");

        var server = Connection.ParseServer(
            given.Url ?? context.Host.Environment.Variable("OCARINA_URL") ?? file.Profiles.GetValueOrDefault(name)?.Url ?? Connection.ServerDefault);
        var key = user is null ? given.ApiKey ?? await KeyAsync(context, fromInput, ct) : null;
        var credentials = user is null ? OcarinaCredentials.ApiKey(key ?? "") : await UserAsync(context, user, fromInput, ct);

        var client = context.Open(server, credentials, token: null);
        var login = await client.LoginAsync(ct);
        file.Profiles[name] = new Profile
        {
            Url = server.ToString().TrimEnd('/'),
            Account = login.AccountId,
            AccountName = login.AccountName,
            ApiKey = key,
            Token = key is null ? client.Token : null,
        };
        file.Current = name;
        context.Store.Save(file);
        context.Store.SaveToken(name, key is null ? null : client.Token);
        Report(context, name, server, login, user);
        return ExitCodes.Success;
    }

    private static async Task<string> KeyAsync(CommandContext context, bool fromInput, CancellationToken ct)
    {
        if (!fromInput && context.Host.Environment.Variable("OCARINA_API_KEY") is { } key) return key.Trim();
        return await SecretAsync(context, fromInput, "API key: ", "--api-key, OCARINA_API_KEY or --password-stdin", ct);
    }

    private static async Task<OcarinaCredentials> UserAsync(CommandContext context, string user, bool fromInput, CancellationToken ct)
    {
        if (context.Globals.Account is not { Length: > 0 } account) throw new UsageException("--user needs --account: the name or realm of the user's account.");
        if (context.Globals.ApiKey is not null) throw new UsageException("--user and --api-key are two ways to log in; give one.");
        var password = await SecretAsync(context, fromInput, $"Password of {user}: ", "--password-stdin", ct);
        return OcarinaCredentials.User(user, password, account);
    }

    private static async Task<string> SecretAsync(CommandContext context, bool fromInput, string prompt, string otherWays, CancellationToken ct)
    {
        if (fromInput)
            return (await context.Host.In.ReadLineAsync(ct))?.TrimEnd('\r') is { Length: > 0 } line ? line : throw new UsageException("Standard input is empty.");
        if (!context.Host.Environment.IsInputTerminal) throw new UsageException($"There is no terminal to ask at; use {otherWays}.");

        var secret = await context.Host.AskAsync(prompt, secret: true, ct);
        context.Say("");
        return secret is { Length: > 0 } ? secret : throw new UsageException("Nothing was entered.");
    }

    private static void Report(CommandContext context, string profile, Uri server, LoginReply login, string? user)
    {
        if (context.IsJson)
        {
            context.Json.Document(json =>
            {
                json.WriteStartObject();
                json.WriteString("profile", profile);
                json.WriteString("url", server.ToString().TrimEnd('/'));
                json.WriteString("account_id", login.AccountId);
                if (login.AccountName is { } accountName) json.WriteString("account_name", accountName);
                json.WriteEndObject();
            });
            return;
        }

        var who = user is null ? "" : $" as {user}";
        context.Host.Out.WriteLine(Printable.Line($"Logged in at {server}{who}, account {login.AccountName ?? ""} ({login.AccountId})."));
        context.Host.Out.WriteLine($"Saved as profile '{profile}' in {context.Store.FilePath}.");
        if (user is not null) context.Say("A login by user ends after a while; one with --api-key lasts.");
    }
}
