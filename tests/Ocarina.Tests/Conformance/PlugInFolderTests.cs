using System.Collections.Concurrent;
using System.Runtime.Loader;
using Microsoft.Extensions.Logging;
using Ocarina.Carriers;
using Ocarina.Carriers.Http;
using Ocarina.Carriers.PlugIns;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Xunit;

namespace Ocarina.Tests.Conformance;

public sealed class PlugInFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ocarina-plugins-").FullName;
    private readonly KeptLines _log = new();
    private readonly CarrierHttp _http = new(TimeProvider.System);

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_plug_in_is_loaded_apart_and_speaks_the_hosts_contract()
    {
        var own = Path.GetFileNameWithoutExtension(typeof(ScriptedPlugIn).Assembly.Location);
        Put(own, File.ReadAllBytes(typeof(ScriptedPlugIn).Assembly.Location));

        var factory = Assert.Single(PlugInFolder.Load(_folder, _log));

        Assert.Equal(typeof(ScriptedPlugIn).FullName, factory.GetType().FullName);
        Assert.NotEqual(typeof(ScriptedPlugIn), factory.GetType());
        Assert.NotSame(AssemblyLoadContext.Default, AssemblyLoadContext.GetLoadContext(factory.GetType().Assembly));
        var module = Modules(factory).Find(CarrierName.Parse("knm_acme"));
        Assert.NotNull(module);
        Assert.Empty((await module.FindAsync(new CarrierSearch("+1303", 1, 0, "US"), Context(), TestContext.Current.CancellationToken)).Numbers);
        Assert.Contains(_log.Lines, line => line.Contains("acme", StringComparison.Ordinal) && line.Contains("1.2.3", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_folder_there_are_no_plug_ins() => Assert.Empty(PlugInFolder.Load(Path.Combine(_folder, "none"), _log));

    [Fact]
    public void What_cannot_be_loaded_is_reported_and_stops_nobody()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "empty"));
        Put("garbage", [1, 2, 3]);
        Put("Ocarina.Sandbox", File.ReadAllBytes(typeof(Ocarina.Sandbox.SandboxHost).Assembly.Location));

        Assert.Empty(PlugInFolder.Load(_folder, _log));

        Assert.Equal(3, _log.Lines.Count);
        Assert.Contains(_log.Lines, line => line.Contains("there is no empty.dll", StringComparison.Ordinal));
        Assert.Contains(_log.Lines, line => line.Contains("garbage", StringComparison.Ordinal));
        Assert.Contains(_log.Lines, line => line.Contains("0 public classes", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_everybody_may_change_is_not_loaded()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no such rights here.");
        var own = Path.GetFileNameWithoutExtension(typeof(ScriptedPlugIn).Assembly.Location);
        var file = Put(own, File.ReadAllBytes(typeof(ScriptedPlugIn).Assembly.Location));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, File.GetUnixFileMode(file) | UnixFileMode.OtherWrite);

        Assert.Empty(PlugInFolder.Load(_folder, _log));
        Assert.Contains(_log.Lines, line => line.Contains("everybody may write", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("bandwidth2")]
    [InlineData("knm_voxbone")]
    [InlineData("local")]
    [InlineData("inventory")]
    public void A_plug_in_takes_no_name_that_is_taken(string name)
    {
        var modules = Modules(new ScriptedFactory(_ => new ScriptedModule(name)));

        Assert.IsNotType<BoundedCarrier>(modules.Find(CarrierName.Parse(name)));
        Assert.Contains(_log.Lines, line => line.Contains("is taken", StringComparison.Ordinal));
    }

    [Fact]
    public void A_plug_in_takes_over_a_carrier_that_is_dealt_with_by_hand() =>
        Assert.IsType<BoundedCarrier>(Modules(new ScriptedFactory(_ => new ScriptedModule("flowroute"))).Find(CarrierName.Parse("flowroute")));

    [Fact]
    public void Two_plug_ins_of_one_name_are_one()
    {
        var modules = Modules(new ScriptedFactory(_ => new ScriptedModule("acme")), new ScriptedFactory(_ => new ScriptedModule("acme")));

        Assert.Single(modules.All, module => module.Name == CarrierName.Parse("acme"));
        Assert.Contains(_log.Lines, line => line.Contains("is taken", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Another_version_of_the_contract_is_refused(int version)
    {
        Assert.Null(Modules(new ScriptedFactory(_ => new ScriptedModule("acme"), version)).Find(CarrierName.Parse("acme")));
        Assert.Contains(_log.Lines, line => line.Contains("version", StringComparison.Ordinal));
    }

    [Fact]
    public void A_module_that_throws_while_it_is_made_is_left_out()
    {
        var modules = Modules(new ScriptedFactory(_ => throw new InvalidOperationException("no")), new ScriptedFactory(_ => new ScriptedModule("acme")));

        Assert.NotNull(modules.Find(CarrierName.Parse("acme")));
        Assert.Single(_log.Lines, line => line.Contains("failed while it was loaded", StringComparison.Ordinal));
    }

    [Fact, Trait("Category", "Slow")]
    public void A_module_that_is_never_made_is_not_waited_for()
    {
        using var never = new ManualResetEventSlim();
        try
        {
            var modules = Modules(new ScriptedFactory(_ =>
            {
                never.Wait();
                return new ScriptedModule("acme");
            }));

            Assert.Null(modules.Find(CarrierName.Parse("acme")));
            Assert.Contains(_log.Lines, line => line.Contains("did not start", StringComparison.Ordinal));
        }
        finally
        {
            never.Set();
        }
    }

    public static TheoryData<string, CarrierKey[]> WrongKeys => new()
    {
        { "declared twice", [new CarrierKey("a", CarrierKeyKind.Text), new CarrierKey("a", CarrierKeyKind.Flag)] },
        { "does not say so", [new CarrierKey("pin", CarrierKeyKind.Text) { IsSecret = true }] },
        { "no JSON", [new CarrierKey("a", CarrierKeyKind.Text) { Default = "Kazoo" }] },
    };

    [Theory, MemberData(nameof(WrongKeys))]
    public void A_table_of_keys_that_is_wrong_refuses_the_plug_in(string why, CarrierKey[] keys)
    {
        Assert.Null(Modules(new ScriptedFactory(_ => new ScriptedModule("acme", keys))).Find(CarrierName.Parse("acme")));
        Assert.Contains(_log.Lines, line => line.Contains(why, StringComparison.Ordinal));
    }

    [Fact]
    public void A_plug_in_is_lent_the_chassis_and_nothing_of_ours()
    {
        ICarrierHost? lent = null;
        Modules(new ScriptedFactory(host =>
        {
            lent = host;
            return new ScriptedModule("acme");
        }));

        Assert.Same(_http, lent?.Service<CarrierHttp>());
        Assert.Null(lent?.Service<KeptLines>());
    }

    private CarrierModules Modules(params ICarrierFactory[] factories) => new(new CarrierHost(TimeProvider.System, _http, _log), factories, _log);

    private static CarrierContext Context() => new(CarrierSettings.Empty, _ => null, TimeProvider.System);

    private string Put(string name, byte[] assembly)
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, name)).FullName, name + ".dll");
        File.WriteAllBytes(file, assembly);
        return file;
    }
}

/// <summary>Keeps what is logged.</summary>
internal sealed class KeptLines : ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => _lines.Enqueue(formatter(state, exception));
}
