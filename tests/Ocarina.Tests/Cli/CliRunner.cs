using Ocarina.Cli;
using Xunit;

namespace Ocarina.Tests.Cli;

/// <summary>What a run of the command said and returned.</summary>
internal sealed record CliResult(int Code, string Out, string Error);

/// <summary>Runs the command in this process, with a home folder of its own and no terminal unless a test gives it one.</summary>
internal sealed class CliRunner : IDisposable
{
    public string Home { get; } = Directory.CreateTempSubdirectory("ocarina-cli-").FullName;

    public Dictionary<string, string> Variables { get; } = [];

    public string Input { get; set; } = "";

    public bool OutputTerminal { get; set; }

    public bool ErrorTerminal { get; set; }

    public bool InputTerminal { get; set; }

    public string Secret { get; set; } = "";

    public CancellationToken Token { get; set; } = TestContext.Current.CancellationToken;

    public string ProfilesPath => Path.Combine(Home, ".config", "ocarina", "profiles.json");

    public static CliRunner For(ServerStub stub)
    {
        var runner = new CliRunner();
        runner.Variables["OCARINA_URL"] = stub.Url;
        runner.Variables["OCARINA_API_KEY"] = ServerStub.ApiKey;
        return runner;
    }

    public async Task<CliResult> RunAsync(params string[] args)
    {
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var environment = new CliEnvironment
        {
            Variables = new Dictionary<string, string>(Variables) { ["HOME"] = Home },
            IsInputTerminal = InputTerminal,
            IsOutputTerminal = OutputTerminal,
            IsErrorTerminal = ErrorTerminal,
            Width = () => 100,
            ReadSecret = () => Secret,
        };
        var code = await CliApp.RunAsync(args, output, TextWriter.Synchronized(error), new StringReader(Input), environment, Token);
        return new CliResult(code, output.ToString(), error.ToString());
    }

    public string File(string name, string content)
    {
        var path = Path.Combine(Home, name);
        System.IO.File.WriteAllText(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Home, recursive: true);
}
