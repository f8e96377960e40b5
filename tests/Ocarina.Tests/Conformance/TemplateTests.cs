using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Ocarina.Conformance;
using Ocarina.Conformance.Wire;
using Ocarina.Storage;
using Ocarina.Tests.Architecture;
using Ocarina.Tests.Proof;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Conformance;

/// <summary>What a stranger does: makes a carrier from the template, builds it with the packages, proves it, drops it into the plug-in folder, buys a number.</summary>
[Trait("Category", "Slow")]
public sealed class TemplateTests : IDisposable
{
    private const string Name = "Northwind";
    private const string Token = "token-of-a-new-carrier";
    private static readonly TimeSpan CommandMax = TimeSpan.FromMinutes(5);

    private readonly string _folder = Directory.CreateTempSubdirectory("ocarina-template-").FullName;
    private int _sold;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Made => Path.Combine(_folder, Name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_carrier_made_from_the_template_passes_its_exam_and_sells_a_number()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Parent?.Name ?? "Debug";
        foreach (var project in (string[])["src/Ocarina.Core", "src/Ocarina.Carriers", "kit/Ocarina.Conformance"])
            await RunAsync(Repository.Root, "pack", project, "--no-build", "--no-restore", "-c", configuration, "-o", Path.Combine(_folder, "packages"), "-nodeReuse:false");
        await RunAsync(_folder, "new", "install", Path.Combine(Repository.Root, "templates", "ocarina-carrier"));
        await RunAsync(_folder, "new", "ocarina-carrier", "-n", Name, "-o", Made, "--OcarinaVersion", PackageVersion());
        await File.WriteAllTextAsync(Path.Combine(Made, "nuget.config"), Sources(), Ct);

        await RunAsync(Made, "build", "-nodeReuse:false", "-p:UseSharedCompilation=false");
        var exam = await RunAsync(Made, Path.Combine(Made, $"{Name}.Tests", "bin", "Debug", "net10.0", $"{Name}.Tests.dll"), "-noColor");
        Assert.Contains("Failed: 0", exam, StringComparison.Ordinal);
        Assert.DoesNotContain("Total: 0", exam, StringComparison.Ordinal);

        await BuyAsync(Install());
    }

    /// <summary>The module's build, as it is put into a plug-in folder.</summary>
    private string Install()
    {
        var plugIns = Path.Combine(_folder, "plugins");
        var own = Directory.CreateDirectory(Path.Combine(plugIns, Name)).FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(Made, Name, "bin", "Debug", "net10.0"))) File.Copy(file, Path.Combine(own, Path.GetFileName(file)));
        Assert.False(File.Exists(Path.Combine(own, "Ocarina.Core.dll"))); // the contract is the server's
        return plugIns;
    }

    private async Task BuyAsync(string plugIns)
    {
        await using var carrier = await StubServer.StartAsync(Answer, Ct);
        await using var server = await ServerProcess.StartAsync(DatabaseKind.Sqlite, "--plugins", plugIns);
        var api = await Api.LoginAsync(server.Client, ServerProcess.ApiKey, Ct);
        // Keys of the plug-in are checked like any other.
        var wrong = await api.SendAsync("PATCH", "/v2/system_configs/number_manager.northwind", Section(new JsonObject { ["order_type"] = "slow" }), Ct);
        Assert.True(wrong.Status == 400, wrong.Text);
        Assert.Contains("order_type", wrong.Text, StringComparison.Ordinal);

        var settings = new JsonObject { ["api_url"] = carrier.Address.ToString(), ["api_token"] = Token, ["sandbox_provisioning"] = false, ["enable_provisioning"] = true };
        await api.MustAsync(200, "PATCH", "/v2/system_configs/number_manager.northwind", Section(settings), Ct);
        await api.MustAsync(200, "PATCH", "/v2/system_configs/number_manager", Section(new JsonObject { ["carrier_modules"] = new JsonArray("knm_northwind", "knm_local") }), Ct);
        var shown = await api.MustAsync(200, "GET", "/v2/system_configs/number_manager.northwind", null, Ct);
        Assert.DoesNotContain(Token, shown.Text, StringComparison.Ordinal);

        var found = await api.MustAsync(200, "GET", "/v2/phone_numbers?prefix=303&quantity=3", null, Ct);
        Assert.Contains("+13032220000", found.Text, StringComparison.Ordinal);
        var bought = await api.SendAsync("PUT", $"{api.Of("+13032220000")}/activate", new JsonObject { ["accept_charges"] = true }, Ct);
        Assert.True(bought.Status is 200 or 201, bought.Text + server.Output);
        Assert.Equal(1, _sold);
    }

    /// <summary>Northwind itself, which knows one number.</summary>
    private StubReply Answer(WireRequest request)
    {
        if (request.Headers.GetValueOrDefault("Authorization") != "Bearer " + Token) return new StubReply(401);
        if (request.Path == "/available") return new StubReply(200, """{"numbers":[{"number":"+13032220000","city":"Denver","monthly":"1.50","currency":"USD"}]}""");
        if (request.Method != "POST" || request.Path != "/orders") return new StubReply(404);
        var sold = Interlocked.Increment(ref _sold);
        var reference = JsonNode.Parse(request.Body)!["reference"]; // the module sends it
        return new StubReply(201, new JsonObject { ["id"] = sold.ToString(CultureInfo.InvariantCulture), ["reference"] = reference?.DeepClone(), ["status"] = "completed" }.ToJsonString());
    }

    private static JsonObject Section(JsonObject keys) => new() { ["default"] = keys };

    private static string PackageVersion() =>
        XDocument.Parse(Repository.Read("Directory.Build.props")).Descendants("Version").Single().Value;

    /// <summary>Beside the machine's own sources: our packages, unpacked into a folder of this test, and what this machine has unpacked already.</summary>
    private string Sources()
    {
        var machine = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        return $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{Path.Combine(_folder, "unpacked")}" /></config>
              <packageSources><add key="fresh" value="{Path.Combine(_folder, "packages")}" /></packageSources>
              <fallbackPackageFolders><add key="machine" value="{machine}" /></fallbackPackageFolders>
            </configuration>
            """;
    }

    private async Task<string> RunAsync(string folder, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["DOTNET_CLI_HOME"] = Path.Combine(_folder, "home");
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList()) start.Environment.Remove(name);
        using var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(CommandMax);
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            var said = await output + await errors;
            Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', start.ArgumentList)}\n{said}");
            return said;
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
