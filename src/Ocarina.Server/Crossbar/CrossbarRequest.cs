using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Primitives;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Manager.Billing;

namespace Ocarina.Server.Crossbar;

/// <summary>Who a valid token names.</summary>
/// <param name="account">The account that acts.</param>
/// <param name="user">Its user, when the token names one.</param>
/// <param name="token">The token as sent, or made for a caller who sent account and password (<c>Authorization: Basic</c>).</param>
/// <remarks>A class, not a record: a record prints all its properties, and a token is a secret.</remarks>
internal sealed class SignedIn(AccountNode account, string? user, string? token)
{
    public AccountNode Account { get; } = account;

    public string? User { get; } = user;

    public string? Token { get; } = token;
}

/// <summary>What the rate limit took for this request, and what is left (`http-api.md` 1.16).</summary>
internal readonly record struct TokenCount(int Consumed, int Remaining);

/// <summary>One request as Crossbar sees it: envelope, parameters, who asks, and which account the path names. One per HTTP request.</summary>
/// <remarks>Made by the first middleware, filled in by the following ones; a handler sees it complete. Handlers take it as a parameter.</remarks>
internal sealed class CrossbarRequest(HttpContext http, string requestId)
{
    private CrossbarBody? _body;
    private ChargeConsent? _consent;

    /// <summary>The HTTP request below it.</summary>
    public HttpContext Http { get; } = http;

    /// <summary>Echoed in the reply and in the logs.</summary>
    public string RequestId { get; } = requestId;

    /// <summary>The verb to act on: that of HTTP, unless another one was tunnelled (1.12). HEAD counts as GET.</summary>
    public string Method { get; set; } = http.Request.Method.ToUpperInvariant();

    /// <summary>True when the verb came inside a POST.</summary>
    public bool IsTunnelled { get; set; }

    /// <summary>Path below <c>/v2</c>, cut at the slashes, each segment decoded once.</summary>
    public List<string> Segments { get; set; } = [];

    /// <summary>The route this path belongs to; <see langword="null"/> for a path nobody knows.</summary>
    public RouteFacts? Route { get; set; }

    /// <summary>The body. Nothing before it was read.</summary>
    public CrossbarBody Body
    {
        get => _body ??= new CrossbarBody(BodyKind.None, [], new JsonObject(), null);
        set => _body = value;
    }

    /// <summary>Who asks; <see langword="null"/> when nobody said, or the token was nonsense on a public path.</summary>
    public SignedIn? SignedIn { get; set; }

    /// <summary>True when a token or a password was accepted.</summary>
    public bool IsAuthenticated => SignedIn is not null;

    /// <summary>Who acts.</summary>
    /// <exception cref="InvalidOperationException">Nobody is signed in: the endpoint is public and must not ask.</exception>
    public Actor Actor => SignedIn is { } who
        ? Actor.Of(who.Account.Id, who.User)
        : throw new InvalidOperationException("A public endpoint asked for the actor.");

    /// <summary>The account of the path; <see langword="null"/> at top level.</summary>
    public AccountNode? Target { get; set; }

    /// <summary>The account of the path, where there is always one.</summary>
    /// <exception cref="InvalidOperationException">The endpoint is at top level.</exception>
    public AccountNode TargetAccount => Target ?? throw new InvalidOperationException("A top-level endpoint asked for the account of the path.");

    /// <summary>Called with the reply before any of it is sent: whoever sees a reply may count on it.</summary>
    public Func<CrossbarReply, Task>? BeforeReply { get; set; }

    /// <summary>What the rate limit took; <see langword="null"/> while it is off.</summary>
    public TokenCount? Tokens { get; set; }

    /// <summary>Member <c>data</c> of the envelope: an object or a list; an empty object when there was no body.</summary>
    public JsonNode Data => Body.Data;

    /// <summary>The same where only an object makes sense; an empty one when a list came.</summary>
    public JsonObject DataObject => Body.Data as JsonObject ?? [];

    /// <summary>Whether the caller agreed to pay (1.13), or only asks what it would cost (<c>dry_run</c> in the query or the envelope).</summary>
    public ChargeConsent Consent => _consent ??= new ChargeConsent(Flag("accept_charges"), IsYes(Query("dry_run") ?? Body.Envelope["dry_run"].AsText()));

    /// <summary>A named parameter as text: looked for in data, then in the query, then in the envelope (1.2).</summary>
    public string? Parameter(string name) =>
        (Body.Data as JsonObject)?[name].AsText() ?? Query(name) ?? Body.Envelope[name].AsText();

    /// <summary>A named parameter that is on or off; absent means off.</summary>
    public bool Flag(string name) => IsYes(Parameter(name));

    /// <summary>A member of the query alone; the first, when there are several.</summary>
    public string? Query(string name) => Http.Request.Query.TryGetValue(name, out var values) ? values[0] : null;

    /// <summary>True for the spellings of yes that clients use.</summary>
    public static bool IsYes(string? value) => value is not null && (value.Equals("true", StringComparison.OrdinalIgnoreCase) || value is "1" or "yes");

    /// <summary>The listing's page asked for.</summary>
    public PageRequest Paging => PageRequest.Read(this);

    /// <summary>True when the caller states a revision that the document no longer has (1.9): answer 412 before changing it.</summary>
    public bool FailsIfMatch(string revision) =>
        Http.Request.Headers.IfMatch is { Count: > 0 } stated && !Matches(stated, $"\"{revision}\"");

    /// <summary>The revision that the caller says the document has; <see langword="null"/> when he does not say, -1 when it is none of ours.</summary>
    public long? StatedRevision()
    {
        var stated = Http.Request.Headers.IfMatch.ToString();
        if (stated.Length == 0 || stated == "*") return null;
        return long.TryParse(stated.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision : -1;
    }

    /// <summary>The 400 for a body whose data is a list where only an object makes sense.</summary>
    public IResult? RefuseList() =>
        Body.Data is JsonObject ? null : CrossbarResults.Validation(Validation.FieldProblem.Type("data", "object"));

    /// <summary>True when one of the tags in a header is this one, or the star. Weak and bare spellings count as well.</summary>
    public static bool Matches(StringValues header, string tag)
    {
        foreach (var line in header)
            foreach (var part in (line ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                if (part == "*" || part == tag || part == $"W/{tag}" || $"\"{part}\"" == tag) return true;
        return false;
    }

    /// <summary>Lets handlers take the request as a parameter.</summary>
    public static ValueTask<CrossbarRequest?> BindAsync(HttpContext context) => ValueTask.FromResult<CrossbarRequest?>(context.Crossbar());
}

/// <summary>The way from HTTP to Crossbar.</summary>
internal static class CrossbarRequestExtensions
{
    private static readonly object Key = new();

    /// <summary>The Crossbar side of this HTTP request.</summary>
    public static CrossbarRequest Crossbar(this HttpContext http)
    {
        if (http.Items.TryGetValue(Key, out var found)) return (CrossbarRequest)found!; // nothing else is stored under this key
        var request = new CrossbarRequest(http, RequestIds.Read(http.Request));
        http.Items[Key] = request;
        return request;
    }
}
