using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;
using Ocarina.Carriers.Http;
using Ocarina.Core.Carriers;
using Xunit;
using static Ocarina.Tests.Carriers.CarrierLab;

namespace Ocarina.Tests.Carriers;

/// <summary>The debug log (carriers.md 1.13): useful to developers, useless to thieves.</summary>
public sealed class TrafficLogTests : IDisposable
{
    private const string Secret = "p&ss<w0rd>\"long";

    private readonly string _folder = Directory.CreateTempSubdirectory("ocarina-traffic-").FullName;

    private string LogFile => Path.Combine(_folder, "carrier.log");

    [Fact]
    public async Task Requests_and_replies_are_written_in_pairs()
    {
        using var lab = new CarrierLab();
        await using var server = await CarrierStub.SayingAsync(200, "<reply>yes</reply>");

        await lab.Open(server.Address, Settings()).WriteAsync(Post("orders?areaCode=303", "<order>please</order>"), Ct);

        var lines = (await File.ReadAllTextAsync(LogFile, Ct)).Split('\n');
        var request = lines[0].Split(' ');
        var reply = Array.Find(lines, line => line.Contains(" resp ", StringComparison.Ordinal))!.Split(' ');
        Assert.Equal(("===", "bandwidth2", "req", "POST", $"{server.Address}orders?areaCode=303"), (request[0], request[2], request[3], request[5], request[6]));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", request[1]);
        Assert.Matches("^[0-9a-f]{4}$", request[4]);
        Assert.Equal((request[4], "200"), (reply[4], reply[5]));
        Assert.Matches(@"^\d+ms$", reply[6]);
        Assert.Contains("<order>please</order>", lines);
        Assert.Contains("<reply>yes</reply>", lines);
        Assert.Contains("Content-Type: text/xml", lines);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(LogFile));
    }

    [Fact]
    public async Task Failures_are_written_and_without_debug_nothing_is()
    {
        using var lab = new CarrierLab();
        await using var server = new RawStub((_, _) => Task.CompletedTask);

        await FailsAsync(() => lab.Open(server.Address, $$"""{"debug_file":"{{LogFile}}"}""").WriteAsync(Post(), Ct));
        Assert.False(File.Exists(LogFile));
        await FailsAsync(() => lab.Open(server.Address, Settings()).WriteAsync(Post(), Ct));

        Assert.Contains(" ERROR ", await File.ReadAllTextAsync(LogFile, Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_secret_gets_into_it_in_any_form_nor_into_errors()
    {
        using var lab = new CarrierLab();
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"user:{Secret}"));
        string[] forms =
        [
            Secret, System.Security.SecurityElement.Escape(Secret), Uri.EscapeDataString(Secret), Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret)), basic,
            System.Text.Json.JsonEncodedText.Encode(Secret).ToString(),
        ];
        var echo = $"<e><m>{string.Join(" ", forms.Skip(1))}</m><LoginResult>token-of-login-9</LoginResult><Password>other-p</Password></e>";
        await using var server = await CarrierStub.SayingAsync(400, echo, "text/xml", ("Set-Cookie", "sid=cookie-value-123"));
        var settings = Settings(("api_password", Secret), ("api_username", "somebody"));
        var call = Post($"login?password={Uri.EscapeDataString(Secret)}&x=1", $$"""{"token":"token-in-json","developer_key":{{System.Text.Json.JsonSerializer.Serialize(Secret)}},"a":"somebody"}""")
            with
        { Headers = [new("Authorization", $"Basic {basic}"), new("apikey", "key-in-header")] };

        await lab.Open(server.Address, settings).WriteAsync(call, Ct);

        var text = await File.ReadAllTextAsync(LogFile, Ct);
        string[] more = ["token-of-login-9", "other-p", "cookie-value-123", "token-in-json", "key-in-header", "somebody"];
        Assert.All(forms.Concat(more), form => Assert.DoesNotContain(form, text, StringComparison.Ordinal));
        Assert.Contains("***", text, StringComparison.Ordinal);

        var mask = TrafficMask.For(new CarrierSettings(System.Text.Json.Nodes.JsonNode.Parse(settings)!.AsObject()));
        Assert.All(forms, form => Assert.DoesNotContain(form, mask.Text($"They said: {form}!"), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("<Subscriber><Name>Jane Doe</Name></Subscriber>", true)]
    [InlineData("<o:Address a='1'>1 Main St</o:Address>", true)]
    [InlineData("""{"firstName":"Jane Doe","x":1}""", true)]
    [InlineData("<subscriber>4b5c1e0f9a7d42d2b1c0a99887766554</subscriber>", false)]
    public void Personal_data_are_hidden_unless_it_says_otherwise(string text, bool isPersonal)
    {
        var hiding = TrafficMask.For(CarrierSettings.Empty);
        var showing = TrafficMask.For(new CarrierSettings(new() { ["debug_mask_personal"] = false }));

        Assert.Equal(isPersonal, hiding.Text(text) != text);
        Assert.Equal(text, showing.Text(text));
    }

    [Fact]
    public void A_masked_value_shows_its_end_only_when_it_is_long()
    {
        var mask = TrafficMask.For(CarrierSettings.Empty);

        Assert.Equal("***cd", mask.Header("apikey", "0123456789abcd"));
        Assert.Equal("***", mask.Header("API-Key", "0123456789ab"));
        Assert.Equal("text/xml", mask.Header("Accept", "text/xml"));
        Assert.Equal("https://***@h/?login=***&pass=***&key=***gh&other=1", mask.Text("https://me:word@h/?login=me&pass=1&key=abcdefghabcdefgh&other=1"));
        Assert.Equal("<developerKey>***</developerKey><a>b</a>", mask.Text("<developerKey>9f1c7d2e4a</developerKey><a>b</a>"));
        Assert.Equal("<developerKey>***", mask.Text("<developerKey>9f1c7d2e4a"));
    }

    [Fact]
    public async Task Long_bodies_are_cut_and_a_secret_across_the_cut_is_hidden()
    {
        using var lab = new CarrierLab();
        var body = new string('x', 256 * 1024 - 5) + Secret + new string('y', 100_000);
        await using var server = await CarrierStub.SayingAsync(200, body);

        await lab.Open(server.Address, Settings(("api_password", Secret))).WriteAsync(Post(), Ct);

        var text = await File.ReadAllTextAsync(LogFile, Ct);
        Assert.True(text.Length < 300 * 1024);
        Assert.Contains("[cut: ", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret[..4], text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_a_pipe_and_a_file_with_a_second_name_are_refused_and_the_call_goes_on()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Links are made otherwise there.");
        var logs = new ListLogs();
        using var lab = new CarrierLab(logs: LoggerFactory.Create(builder => builder.AddProvider(logs)));
        await using var server = await CarrierStub.SayingAsync(200, "<a/>");
        var target = Path.Combine(_folder, "target");
        await File.WriteAllTextAsync(target, "mine", Ct);
        File.CreateSymbolicLink(Path.Combine(_folder, "link"), target);
        File.CreateSymbolicLink(Path.Combine(_folder, "dangling"), Path.Combine(_folder, "not-there"));
        await RunAsync("mkfifo", Path.Combine(_folder, "pipe"));
        await RunAsync("ln", target, Path.Combine(_folder, "second"));

        foreach (var name in new[] { "link", "dangling", "pipe", "second", ".", "no/such/folder" })
            Assert.Equal(200, (await lab.Open(server.Address, Settings(file: Path.Combine(_folder, name))).WriteAsync(Post(), Ct)).Status);

        Assert.Equal("mine", await File.ReadAllTextAsync(target, Ct));
        Assert.False(File.Exists(Path.Combine(_folder, "not-there")));
        Assert.Equal(6, logs.Lines.Count(line => line.Contains("is not written", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_file_of_another_user_is_refused()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root") Assert.Skip("Only root can make a file of somebody else.");
        File.WriteAllText(LogFile, "theirs");
        using (var chown = Process.Start("chown", ["nobody", LogFile])) chown.WaitForExit();

        Assert.Throws<IOException>(() => SafeFile.OpenForAppend(LogFile));
        Assert.Equal("theirs", File.ReadAllText(LogFile));
    }

    [Fact]
    public void The_files_do_not_grow_without_bound()
    {
        var log = new TrafficLog(LogFile, new ListLogs().CreateLogger("x"));
        var entry = new string('x', 5 * 1024 * 1024);

        for (var i = 0; i < 30; i++) log.Append($"{i} {entry}");

        var files = Directory.GetFiles(_folder);
        Assert.Equal(TrafficLog.FilesMax, files.Length);
        Assert.All(files, file => Assert.True(new FileInfo(file).Length <= TrafficLog.SizeMax));
        var newest = File.ReadAllText(LogFile);
        Assert.StartsWith("29 x", newest[^(entry.Length + 3)..], StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(Ct);
        Assert.Equal(0, process.ExitCode);
    }

    private string Settings(params (string Key, string Value)[] more) => Settings(LogFile, more);

    private static string Settings(string file, params (string Key, string Value)[] more)
    {
        var settings = new System.Text.Json.Nodes.JsonObject { ["debug"] = true, ["debug_file"] = file };
        foreach (var (key, value) in more) settings[key] = value;
        return settings.ToJsonString();
    }
}

/// <summary>Keeps what was logged.</summary>
internal sealed class ListLogs : ILoggerProvider, ILogger
{
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines) return [.. _lines];
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines) _lines.Add($"{logLevel}: {formatter(state, exception)}");
    }

    public void Dispose() { }
}
