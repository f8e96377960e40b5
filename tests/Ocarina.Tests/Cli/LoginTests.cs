using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using Xunit;

namespace Ocarina.Tests.Cli;

[UnsupportedOSPlatform("windows")] // file modes
public sealed class LoginTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly string List = ServerStub.Numbers("?page_size=500");
    private static readonly string Another = new('b', 64);

    [Fact]
    public async Task A_key_that_works_is_saved_for_its_owner_only_and_used_from_then_on()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = new CliRunner();
        stub.Ok("GET", List, """{"numbers":{}}""");

        var login = await cli.RunAsync("login", "--url", stub.Url + "/v2/", "--api-key", ServerStub.ApiKey);
        var list = await cli.RunAsync("numbers", "list");

        Assert.Equal(0, login.Code);
        Assert.StartsWith($"Logged in at {stub.Url}/, account Master ({ServerStub.Account}).\nSaved as profile 'default'", login.Out, StringComparison.Ordinal);
        Assert.Equal($$$"""PUT /v2/api_auth {"data":{"api_key":"{{{ServerStub.ApiKey}}}"}}""", stub.Requests[0].ToString());
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(cli.ProfilesPath));
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(cli.ProfilesPath)!)); // it has a folder
        var saved = JsonNode.Parse(File.ReadAllText(cli.ProfilesPath))!["profiles"]!["default"]!; // written a moment ago
        Assert.Equal((stub.Url, ServerStub.ApiKey, ServerStub.Account), ((string?)saved["url"], (string?)saved["api_key"], (string?)saved["account"]));
        Assert.Equal(0, list.Code);
        Assert.Equal("token-1", stub.Requests[1].Token); // the token of the login, kept: no second login
    }

    [Fact]
    public async Task A_key_that_does_not_work_is_not_saved()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = new CliRunner();
        stub.Fail("PUT", "/v2/api_auth", 404, "bad identifier", $"[\"{Another}\"]");
        await cli.RunAsync("login", "--url", stub.Url, "--api-key", ServerStub.ApiKey, "--profile", "good");
        var before = await File.ReadAllTextAsync(cli.ProfilesPath, cli.Token);

        var result = await cli.RunAsync("login", "--url", stub.Url, "--api-key", Another);

        Assert.Equal(new CliResult(3, "", "ocarina: The login was refused (bad identifier). Check the API key, or user, account and password.\n"), result);
        Assert.Equal(before, await File.ReadAllTextAsync(cli.ProfilesPath, cli.Token));
    }

    [Fact]
    public async Task A_key_that_is_refused_is_not_repeated_in_the_output_of_any_command()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = new CliRunner();
        stub.Fail("PUT", "/v2/api_auth", 404, "bad identifier", $"[\"{Another}\"]");
        await cli.RunAsync("login", "--url", stub.Url, "--api-key", ServerStub.ApiKey); // takes the stub's first answer, which is a success

        var result = await cli.RunAsync("numbers", "list", "--url", stub.Url, "--api-key", Another, "--json");

        Assert.Equal((3, """{"error":{"kind":"refused","message":"bad identifier","exit_code":3,"status":404,"request_id":"r1"}}""" + "\n"), (result.Code, result.Out));
        Assert.DoesNotContain(Another, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Acme Corp", "account_name")]
    [InlineData("acme.sip.example.com", "account_realm")]
    public async Task A_user_logs_in_with_the_wire_credential_and_the_password_is_nowhere(string account, string member)
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = new CliRunner { Input = "secret\r\n" };
        stub.Login("user-token", "/v2/user_auth");

        var result = await cli.RunAsync("login", "--url", stub.Url, "--user", "Admin", "--account", account, "--password-stdin", "--json");

        // echo -n admin:secret | md5sum
        Assert.Equal(
            $$$"""PUT /v2/user_auth {"data":{"credentials":"2d1e4f91dae49cd08eaba2293e422273","{{{member}}}":"{{{account}}}","method":"md5"}}""", stub.Requests.Single().ToString());
        Assert.Equal($$"""{"profile":"default","url":"{{stub.Url}}","account_id":"{{ServerStub.Account}}","account_name":"Master"}""" + "\n", result.Out);
        var saved = await File.ReadAllTextAsync(cli.ProfilesPath, cli.Token);
        Assert.Contains("user-token", saved, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", saved, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_terminal_the_secret_is_asked_for()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = new CliRunner { InputTerminal = true, Secret = ServerStub.ApiKey };

        var result = await cli.RunAsync("login", "--url", stub.Url);

        Assert.Equal((0, "API key: \n"), (result.Code, result.Error));
        Assert.Contains(ServerStub.ApiKey, stub.Requests.Single().Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no terminal to ask at; use --api-key, OCARINA_API_KEY or --password-stdin.", "login")]
    [InlineData("There is no terminal to ask at; use --password-stdin.", "login", "--user", "admin", "--account", "x")]
    [InlineData("--user needs --account: the name or realm of the user's account.", "login", "--user", "admin")]
    [InlineData("--user and --api-key are two ways to log in; give one.", "login", "--user", "admin", "--account", "x", "--api-key", "k")]
    [InlineData("Standard input is empty.", "login", "--password-stdin")]
    [InlineData("'../x' is not a name for a profile; use letters, digits, '.', '-' and '_'.", "login", "--profile", "../x", "--api-key", "k")]
    [InlineData("'ftp://x' is not the address of a server; it should look like http://localhost:8000.", "login", "--url", "ftp://x", "--api-key", "k")]
    public async Task What_is_missing_for_a_login_is_said(string reason, params string[] args)
    {
        using var cli = new CliRunner();

        Assert.Equal(new CliResult(1, "", $"ocarina: {reason}\n"), await cli.RunAsync(args));
    }

    [Fact]
    public async Task Without_a_login_the_way_to_one_is_shown()
    {
        using var cli = new CliRunner();

        var result = await cli.RunAsync("numbers", "list");

        Assert.Equal(new CliResult(1, "", "ocarina: Not logged in at http://127.0.0.1:8000/. Run 'ocarina login', or give --url and --api-key.\n"), result);
    }

    [Fact]
    public async Task A_token_that_has_ended_is_renewed_once_and_kept()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = new CliRunner();
        stub.Login("token-2");
        await cli.RunAsync("login", "--url", stub.Url, "--api-key", ServerStub.ApiKey);
        stub.Fail("GET", List, 401, "invalid credentials", "{}").Ok("GET", List, """{"numbers":{}}""");

        var renewed = await cli.RunAsync("numbers", "list");
        await cli.RunAsync("numbers", "list");

        Assert.Equal(0, renewed.Code);
        Assert.Equal(["PUT ", "GET token-1", "PUT ", "GET token-2", "GET token-2"], stub.Requests.Select(request => $"{request.Verb} {request.Token}"));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Path.Combine(cli.Home, ".config", "ocarina", "tokens", "default")));
    }

    [Fact]
    public async Task A_server_that_refuses_every_token_is_asked_twice_and_no_more()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Fail("GET", List, 401, "invalid credentials", "{}");

        var result = await cli.RunAsync("numbers", "list");

        Assert.Equal(new CliResult(3, "", "ocarina: invalid credentials\n  Log in again with: ocarina login\n"), result);
        Assert.Equal(2, stub.Calls.Count);
    }

    [Fact]
    public async Task The_secrets_of_a_profile_go_to_its_own_server_only()
    {
        await using var own = await ServerStub.StartAsync();
        await using var other = await ServerStub.StartAsync();
        using var cli = new CliRunner();
        await cli.RunAsync("login", "--url", own.Url, "--api-key", ServerStub.ApiKey);

        var byOption = await cli.RunAsync("numbers", "list", "--url", other.Url);
        cli.Variables["OCARINA_URL"] = other.Url;
        var byEnvironment = await cli.RunAsync("numbers", "list");

        Assert.Equal((1, 1), (byOption.Code, byEnvironment.Code));
        Assert.StartsWith($"ocarina: Not logged in at {other.Url}", byEnvironment.Error, StringComparison.Ordinal);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task A_profile_that_is_named_goes_before_the_environment_and_options_before_both()
    {
        await using var first = await ServerStub.StartAsync();
        await using var second = await ServerStub.StartAsync();
        first.Ok("GET", List, """{"numbers":{}}""");
        second.Ok("GET", List, """{"numbers":{}}""");
        using var cli = new CliRunner();
        await cli.RunAsync("login", "--profile", "one", "--url", first.Url, "--api-key", ServerStub.ApiKey);
        cli.Variables["OCARINA_URL"] = second.Url;
        cli.Variables["OCARINA_API_KEY"] = Another;

        await cli.RunAsync("numbers", "list", "--profile", "one");
        await cli.RunAsync("numbers", "list");
        await cli.RunAsync("numbers", "list", "--url", first.Url, "--api-key", new string('c', 64));

        Assert.Single(second.Calls);
        Assert.Contains(Another, second.Requests[0].Body, StringComparison.Ordinal);
        Assert.Equal(2, first.Calls.Count);
        Assert.Contains(new string('c', 64), first.Requests[^2].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_can_be_named_on_any_command()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        const string child = "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee";
        stub.Ok("GET", $"/v2/accounts/{child}/phone_numbers?page_size=500", """{"numbers":{}}""");

        var result = await cli.RunAsync("--account", child.ToUpperInvariant(), "numbers", "list");

        Assert.Equal(0, result.Code);
        Assert.Equal($"GET /v2/accounts/{child}/phone_numbers?page_size=500", stub.Calls.Single().ToString());
    }

    [Fact]
    public async Task Logging_out_ends_the_token_and_deletes_the_profile()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = new CliRunner();
        stub.Ok("DELETE", "/v2/token_auth", "{}");
        await cli.RunAsync("login", "--url", stub.Url, "--api-key", ServerStub.ApiKey);

        var result = await cli.RunAsync("logout");

        Assert.Equal(new CliResult(0, "", "Profile 'default' is deleted.\n"), result);
        Assert.Equal(("DELETE /v2/token_auth", "token-1"), (stub.Requests[^1].ToString(), stub.Requests[^1].Token));
        Assert.DoesNotContain(ServerStub.ApiKey, await File.ReadAllTextAsync(cli.ProfilesPath, cli.Token), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(cli.Home, ".config", "ocarina", "tokens", "default")));
    }

    [Fact]
    public async Task A_damaged_profile_file_is_named_with_its_line()
    {
        using var cli = new CliRunner();
        Directory.CreateDirectory(Path.GetDirectoryName(cli.ProfilesPath)!); // it has a folder
        await File.WriteAllTextAsync(cli.ProfilesPath, "{\n\"current\": oops", cli.Token);

        var result = await cli.RunAsync("numbers", "list");

        Assert.Equal(new CliResult(1, "", $"ocarina: {cli.ProfilesPath} cannot be read (line 2); correct or delete it.\n"), result);
    }
}
