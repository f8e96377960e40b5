using System.CommandLine;

namespace Ocarina.Cli;

/// <summary>Options that every command takes, before or after its name.</summary>
internal sealed class GlobalOptions
{
    public const double TimeoutSecondsDefault = 100;

    private readonly Option<string?> _url = Text("--url", "Address of the server, such as http://localhost:8000. Also OCARINA_URL.", "URL");
    private readonly Option<string?> _apiKey = Text("--api-key", "API key of an account. Also OCARINA_API_KEY, which other users of the machine do not see.", "KEY");
    private readonly Option<string?> _account = Text("--account", "Account to act on, by id or name. Default: the account of the login.", "ACCOUNT");
    private readonly Option<string?> _profile = Text("--profile", "Saved login to use. Default: the last one that was saved.", "NAME");
    private readonly Option<bool> _json = new("--json") { Description = "Print JSON for programs: one document, or one per line for lists.", Recursive = true };

    private readonly Option<double?> _timeout = new("--timeout")
    {
        Description = "Longest silence of the server, in seconds. Default 100; for verify 3600.",
        HelpName = "SECONDS",
        Recursive = true,
    };

    public GlobalOptions() => _timeout.Validators.Add(result =>
    {
        if (result.Tokens.Count == 1 && result.GetValue(_timeout) is { } seconds && seconds is not (> 0 and <= 1_000_000))
            result.AddError("--timeout must be above 0 and at most 1000000 seconds.");
    });

    public IEnumerable<Option> All => [_url, _apiKey, _account, _profile, _json, _timeout];

    public GlobalValues Read(ParseResult parse) => new(
        parse.GetValue(_url), parse.GetValue(_apiKey), parse.GetValue(_account), parse.GetValue(_profile), parse.GetValue(_json), parse.GetValue(_timeout));

    private static Option<string?> Text(string name, string description, string helpName) =>
        new(name) { Description = description, HelpName = helpName, Recursive = true };
}

/// <summary>The values given for <see cref="GlobalOptions"/>. A class, for one of them is a secret.</summary>
internal sealed class GlobalValues(string? url, string? apiKey, string? account, string? profile, bool json, double? timeoutSeconds)
{
    public string? Url => url;

    public string? ApiKey => apiKey;

    public string? Account => account;

    public string? Profile => profile;

    public bool Json => json;

    public double? TimeoutSeconds => timeoutSeconds;
}
