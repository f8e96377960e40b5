using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Server;

/// <summary>The guide's lines, pasted as a reader would: every call must succeed.</summary>
public sealed class GuideTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_line_of_the_guide_works(bool hasDemo)
    {
        await using var server = await TestServer.StartAsync(DatabaseKind.Sqlite, hasDemo: hasDemo);
        var page = (await server.SendAsync("GET", "/docs/guide", token: "")).Text;
        var lines = Regex.Matches(page, "<pre>(.*?)</pre>", RegexOptions.Singleline).Select(match => WebUtility.HtmlDecode(match.Groups[1].Value)).ToList();
        Assert.True(lines.Count >= 7);
        var script = string.Join('\n', lines)
            .Replace("http://127.0.0.1:8000", server.Address.ToString().TrimEnd('/'), StringComparison.Ordinal)
            .Replace("paste-the-api-key-here", TestServer.ApiKey, StringComparison.Ordinal)
            .Replace("curl -s", "curl -s -w '\\n'", StringComparison.Ordinal); // one answer a line

        var answers = (await RunAsync(script)).Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonNode.Parse(line)!).ToList();

        Assert.True(answers.Count >= 7);
        Assert.All(answers, answer => Assert.True((string?)answer["status"] == "success", answer.ToJsonString()));
        Assert.Contains(answers, answer => answer["data"] is JsonArray events && events.Any(row => (string?)row?["action"] == "released"));
    }

    private static async Task<string> RunAsync(string script)
    {
        var folder = Directory.CreateTempSubdirectory("ocarina-guide-").FullName;
        try
        {
            using var bash = Process.Start(new ProcessStartInfo("/bin/bash", ["-eu", "-c", script]) { RedirectStandardOutput = true, WorkingDirectory = folder })
                ?? throw new InvalidOperationException("bash did not start");
            var output = await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, bash.ExitCode);
            return output;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
