using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Ocarina.Manager.Configuration;
using Ocarina.Manager.Demo;
using Ocarina.Manager.Identity;
using Ocarina.Sandbox;
using Ocarina.Server.Crossbar;
using Ocarina.Server.OpenApi;

namespace Ocarina.Server.Hosting;

/// <summary>A server: built over its database, started, stopped. Also what tests start.</summary>
internal sealed class ServerHost : IAsyncDisposable
{
    // Less than the five seconds promised, so that closing the database fits in as well.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(4);

    private readonly WebApplication _app;
    private readonly IAsyncDisposable _foundation;
    private readonly ServerOptions _options;

    private ServerHost(WebApplication app, IAsyncDisposable foundation, FirstStartResult first, ServerOptions options)
    {
        (_app, _foundation, First, _options) = (app, foundation, first, options);
        Address = options.Address;
    }

    /// <summary>The sandbox carriers, when a carrier's configuration points at them.</summary>
    public SandboxHost? Sandbox { get; private set; }

    /// <summary>What the first start made; nothing to show at later ones.</summary>
    public FirstStartResult First { get; }

    /// <summary>Where it listens; before the start, where it will.</summary>
    public Uri Address { get; private set; }

    /// <summary>Everything that was joined.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Opens the database, makes what the first start makes, and joins everything. Nothing listens yet.</summary>
    public static async Task<ServerHost> BuildAsync(ServerOptions options, ServerSurroundings around, CancellationToken ct)
    {
        MakeFolder(options.DataFolder);
        var foundation = await Foundation.OpenAsync(options, around, ct);
        WebApplication? app = null;
        try
        {
            app = Join(options, around, foundation);
            var first = await app.Services.GetRequiredService<FirstStart>().RunAsync(options.ToFirstStart(), ct);
            return new ServerHost(app, foundation, first, options);
        }
        catch
        {
            if (app is not null) await app.DisposeAsync();
            await foundation.DisposeAsync();
            throw;
        }
    }

    /// <summary>Adds the demo at the first start, and listens.</summary>
    public async Task StartAsync(CancellationToken ct)
    {
        if (First.IsFirst && _options.HasDemo) await Services.GetRequiredService<DemoData>().MakeAsync(First.Account, ct);
        // Also without the demo's first start: orders that are open there have to be asked about.
        if (_options.HasDemo) Sandbox = await Services.GetRequiredService<DemoSandbox>().StartAsync(First.IsFirst, _options, ct);
        try
        {
            await _app.StartAsync(ct);
        }
        catch
        {
            await _app.StopAsync(CancellationToken.None); // what had started already, so that it ends quietly
            throw;
        }
        Address = new Uri(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()); // Kestrel has it
    }

    /// <summary>Ends when the process is told to, by Ctrl-C or SIGTERM.</summary>
    public Task WaitForStopAsync(CancellationToken ct) => _app.WaitForShutdownAsync(ct);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        if (Sandbox is not null) await Sandbox.DisposeAsync(); // after those who ask it
        await _foundation.DisposeAsync();
    }

    // For this user only: in it lie the data and the key to it. A folder that exists keeps the rights its owner gave it.
    private static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    // As many steps back as are trusted: the first address that is not is the client's.
    private static ForwardedHeadersOptions Forwarding(ServerOptions options)
    {
        var forwarding = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor, ForwardLimit = null };
        forwarding.KnownProxies.Clear();
        forwarding.KnownIPNetworks.Clear();
        foreach (var network in options.TrustedProxies) forwarding.KnownIPNetworks.Add(network);
        return forwarding;
    }

    private static WebApplication Join(ServerOptions options, ServerSurroundings around, Foundation foundation)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        around.Logging(builder.Logging);
        builder.WebHost.UseUrls(options.Address.ToString()).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null; // the envelope has its own limit; an import has none
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopTimeout);
        builder.Services
            .AddSingleton(around.Clock)
            .AddData(foundation.Database, foundation.Secrets)
            .AddIdentity()
            .AddConfiguration(new ConfigNode(options.Node, options.Zone))
            .AddCarriers(options.PlugInFolder)
            .AddNumbers()
            .AddMessages()
            .AddApi()
            .AddCrossbar(identity => ServerIdentity.Fill(identity, options.Node))
            .AddApiDescription(ServerIdentity.Version);
        around.Replace?.Invoke(builder.Services);

        var app = builder.Build();
        if (options.TrustedProxies.Count > 0) app.UseForwardedHeaders(Forwarding(options));
        app.UseApiBrowser();
        app.UseCrossbar();
        app.MapEverything();
        return app;
    }
}
