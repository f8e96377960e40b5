using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Ocarina.Sandbox.Control;
using Ocarina.Sandbox.Mail;
using Ocarina.Sandbox.State;
using Ocarina.Sandbox.Wire;

namespace Ocarina.Sandbox;

/// <summary>Carriers to practise on: Bandwidth, its toll-free service, Bandwidth2 and Voxbone over real HTTP on this machine's loopback address.</summary>
public sealed class SandboxHost : IAsyncDisposable
{
    private readonly SandboxWorld _world;
    private readonly Authority? _authority;
    private readonly WebApplication _carriers;
    private readonly WebApplication _control;

    private SandboxHost(SandboxWorld world, Authority? authority, WebApplication carriers, WebApplication control, MailServer mail)
    {
        (_world, _authority, _carriers, _control, Mail) = (world, authority, carriers, control, mail);
        Address = AddressOf(carriers);
        ControlAddress = AddressOf(control);
    }

    /// <summary>Root of the carriers' addresses.</summary>
    public Uri Address { get; }

    /// <summary>Root of the control interface.</summary>
    public Uri ControlAddress { get; }

    /// <summary>The mail server; what it takes is shown by the control interface at <c>/mailbox</c>.</summary>
    public MailServer Mail { get; }

    /// <summary>The generated authority's certificate, when the carriers' port speaks TLS; else null.</summary>
    public string? AuthorityPem => _authority?.Pem;

    /// <summary>Bandwidth v1: the one address of its XML interface.</summary>
    public Uri Bandwidth => new(Address, "bw1/numbers.api");

    /// <summary>Bandwidth's toll-free SOAP service.</summary>
    public Uri Tollfree => new(Address, "bw1tf/NumberManagementService.asmx");

    /// <summary>Base address of Bandwidth2.</summary>
    public Uri Bandwidth2 => new(Address, "bw2/api");

    /// <summary>Base address of Voxbone.</summary>
    public Uri Voxbone => new(Address, "vox/ws-voxbone/services/rest/");

    /// <summary>Base address of Dash, who keeps emergency addresses.</summary>
    public Uri Dash => new(Address, "dash/emergencyprovisioning/v1");

    /// <summary>Base address of Telnyx's first interface.</summary>
    public Uri Telnyx => new(Address, "telnyx/origination/");

    /// <summary>What the carriers accept.</summary>
    public SandboxCredentials Credentials => _world.Credentials;

    /// <summary>Starts the carriers and their control interface, and answers when both listen.</summary>
    /// <exception cref="IOException">A port is taken, or the ledger file cannot be opened.</exception>
    public static async Task<SandboxHost> StartAsync(SandboxOptions options, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(options);
        var world = new SandboxWorld(options);
        Authority? authority = null;
        WebApplication? carriers = null, control = null;
        MailServer? mail = null;
        try
        {
            world.Add(SandboxCarriers.In(world));
            authority = options.Tls ? new Authority() : null;
            carriers = CarrierPort(world, options.Port, authority);
            mail = StartMail(options);
            control = ControlPort(world, options.ControlPort, authority, mail);
            await carriers.StartAsync(ct);
            await control.StartAsync(ct);
            return new SandboxHost(world, authority, carriers, control, mail);
        }
        catch
        {
            if (mail is not null) await mail.DisposeAsync();
            await EndAsync(world, authority, carriers, control);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Mail.DisposeAsync();
        await EndAsync(_world, _authority, _carriers, _control);
    }

    private static MailServer StartMail(SandboxOptions options)
    {
        try
        {
            return MailServer.Start(new MailServerOptions { Port = options.MailPort, Folder = options.DataFolder is { } folder ? Path.Combine(folder, "mailbox") : null });
        }
        catch (System.Net.Sockets.SocketException taken)
        {
            throw new IOException($"Port {options.MailPort} of the mail server: {taken.Message}", taken);
        }
    }

    private static async Task EndAsync(SandboxWorld world, Authority? authority, params WebApplication?[] ports)
    {
        world.Stop();
        foreach (var port in ports)
            if (port is not null) await port.DisposeAsync();
        await world.DisposeAsync();
        authority?.Dispose();
    }

    private static WebApplication CarrierPort(SandboxWorld world, int port, Authority? authority)
    {
        var builder = Builder(port, authority);
        builder.Services.AddSingleton(world).AddSingleton<CallPipeline>();
        var app = builder.Build();
        foreach (var carrier in world.Carriers) carrier.Map(app);

        // Also what nobody serves is journalled: a customer who knocks at the wrong door shall be seen.
        var pipeline = app.Services.GetRequiredService<CallPipeline>();
        app.MapFallback("{**path}", (RequestDelegate)(http => pipeline.RunAsync(
            http,
            call => new Operation(SandboxCarriers.OwnerOf(call.Path), "unknown", IsWrite: false),
            call => world.Carrier(call.Operation.Carrier)?.Error(call, 404, null, "There is nothing here.") ?? SandboxReply.Empty(404))));
        return app;
    }

    private static WebApplication ControlPort(SandboxWorld world, int port, Authority? authority, MailServer mail)
    {
        var app = Builder(port, null).Build();
        new ControlApi(world, authority).Map(app);
        new MailboxApi(mail).Map(app);
        new HooksApi().Map(app);
        return app;
    }

    private static WebApplicationBuilder Builder(int port, Authority? authority)
    {
        // Empty: no settings of the surroundings (environment, files, signals) may reach a sandbox inside another program.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                if (authority is not null) listen.UseHttps(https => https.ServerCertificateSelector = (_, _) => authority.Shown);
            });
        });
        if (authority is not null) builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        return builder;
    }

    private static Uri AddressOf(WebApplication app)
    {
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.First();
        return new Uri(address ?? throw new InvalidOperationException("The server does not listen."));
    }

    /// <summary>Leaves signals to whoever started the sandbox.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
