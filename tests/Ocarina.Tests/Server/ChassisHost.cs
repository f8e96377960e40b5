using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Errors;
using Ocarina.Server.Crossbar;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Server;

/// <summary>The chassis alone on a real socket: three accounts in a line and one beside them, tokens that are account ids, and a few routes that show what arrived.</summary>
public sealed class ChassisHost : IAsyncLifetime
{
    internal const string Master = "10000000000000000000000000000000";
    internal const string Parent = "20000000000000000000000000000000";
    internal const string Child = "30000000000000000000000000000000";
    internal const string Other = "40000000000000000000000000000000";

    private WebApplication? _app;

    internal RateLimitSettings? Limits { get; set; }

    internal HttpClient Client { get; private set; } = null!; // set before any test runs

    internal Uri Address { get; private set; } = null!; // as above

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Services.AddRouting();
        builder.Services.AddSingleton<IAccountTree, Tree>();
        builder.Services.AddSingleton<ICredentialCheck, Check>();
        builder.Services.AddSingleton(new LateNews(hasOthers: false, _ => Task.CompletedTask, TimeProvider.System));
        builder.Services.AddSingleton(new RateLimits(() => Limits, TimeProvider.System));
        builder.Services.AddCrossbar(identity => (identity.Version, identity.NodeHash) = ("9.9.9", "nodenodenode"));
        _app = builder.Build();
        _app.UseCrossbar();
        Map(_app);
        await _app.StartAsync();

        Address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Client = new HttpClient { BaseAddress = Address };
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_app is not null) await _app.DisposeAsync();
    }

    internal async Task<Reply> SendAsync(
        string verb, string path, string? body = null, string? token = Master, string? type = "application/json", Action<HttpRequestMessage>? more = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), new Uri(Address, path));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            if (type is not null) request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }
        if (token is not null) request.Headers.TryAddWithoutValidation("X-Auth-Token", token);
        more?.Invoke(request);
        var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        return await Reply.ReadAsync(response, TestContext.Current.CancellationToken);
    }

    /// <summary>Sends bytes that no HTTP client would send, and returns what came back until the server closed.</summary>
    internal async Task<string> SendRawAsync(string text)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(Address.Host, Address.Port, TestContext.Current.CancellationToken);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    private static void Map(WebApplication app)
    {
        var things = app.MapGroup("/v2/accounts/{account}/things");
        things.MapGet("", (CrossbarRequest request) => request.Paging.Cut(
            Enumerable.Range(0, 5).Select(i => ($"k{i}", new JsonObject { ["id"] = $"k{i}", ["size"] = i }))
                .Where(row => RowFilters.Read(request).Matches(row.Item2, row.Item2["size"]!.GetValue<int>(), 0))
                .Select(row => (row.Item1, (JsonNode)row.Item2))));
        things.MapGet("{thing}", Echo);
        things.MapPut("{thing}", Echo);
        things.MapPost("{thing}", Echo);
        things.MapDelete("{thing}", Echo);
        things.MapPut("collection", Echo);
        things.MapPut("{thing}/error", (string thing) => CrossbarResults.Failed(NumberErrors.NumberExists(PhoneNumber.Parse(thing))));
        things.MapGet("{thing}/crash", Crash);
        things.MapGet("{thing}/revision", (CrossbarRequest request) => CrossbarResults.Ok(new JsonObject { ["id"] = "x" }, "7-abc"));
        things.MapPost("{thing}/revision", (CrossbarRequest request) =>
            request.FailsIfMatch("7-abc") ? CrossbarResults.PreconditionFailed() : CrossbarResults.Ok(new JsonObject(), "8-abc"));
        things.MapPut("import", ImportAsync).StreamsCsvBody();
        things.MapPut("{thing}/activate", Echo);
        things.MapPut("{thing}/promote", Echo).Allow(Access.SuperDuper);
        app.MapGet("/v2/secret", Echo);
        app.MapGet("/v2/mine", Echo).Allow(Access.SignedIn);
        app.MapGet("/v2/open", Echo).Allow(Access.Public);
        app.MapPut("/v2/user_auth", (CrossbarRequest request) => CrossbarResults.LoggedIn(new JsonObject(), "new.token.x")).Allow(Access.Public);
    }

    private static IResult Crash(CrossbarRequest request) => throw new InvalidOperationException($"secret of {request.Method}");

    // Answers each line as soon as it was read: only a body that nobody buffered can do that.
    private static IResult ImportAsync(CrossbarRequest request) => CrossbarResults.StreamCsv(async (output, ct) =>
    {
        using var input = new StreamReader(request.Http.Request.Body);
        while (await input.ReadLineAsync(ct) is { } line)
        {
            await output.WriteAsync(Encoding.UTF8.GetBytes($"{line.Length}\n"), ct);
            if (line.Length > 1) await output.FlushAsync(ct);
        }
    });

    private static IResult Echo(CrossbarRequest request) => CrossbarResults.Ok(new JsonObject
    {
        ["verb"] = request.Method,
        ["thing"] = request.Http.Request.RouteValues["thing"]?.ToString(),
        ["account"] = request.Target?.Id.ToString(),
        ["actor"] = request.SignedIn?.Account.Id.ToString(),
        ["data"] = request.Data.DeepClone(),
        ["charges"] = request.Consent.IsAccepted,
        ["p"] = request.Parameter("p"),
    });

    private sealed class Tree : IAccountTree
    {
        private static readonly AccountNode[] Nodes =
        [
            Node(ChassisHost.Master, [], isSuperDuper: true), Node(Parent, [ChassisHost.Master]),
            Node(Child, [ChassisHost.Master, Parent]), Node(Other, [ChassisHost.Master]),
        ];

        public AccountId Master => AccountId.Parse(ChassisHost.Master);

        public AccountNode? Find(AccountId id) => Nodes.FirstOrDefault(node => node.Id == id);

        private static AccountNode Node(string id, string[] ancestors, bool isSuperDuper = false) => new(
            AccountId.Parse(id), [.. ancestors.Select(ancestor => AccountId.Parse(ancestor))], "n" + id[..1], isSuperDuper, isSuperDuper, false, true);
    }

    private sealed class Check(IAccountTree tree) : ICredentialCheck
    {
        public Task<(SignedIn? Who, CrossbarReply? Refusal)> CheckAsync(Credential credential, CancellationToken ct)
        {
            var node = credential switch
            {
                Credential.Token { Text: var text } when AccountId.TryParse(text, out var id) => tree.Find(id),
                Credential.Password { Hash: "5f4dcc3b5aa765d61d8327deb882cf99" } password => tree.Find(password.Account),
                _ => null,
            };
            return Task.FromResult<(SignedIn?, CrossbarReply?)>((node is null ? null : new SignedIn(node, null, (credential as Credential.Token)?.Text), null));
        }
    }
}
