using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Manager.Operations;
using Ocarina.Manager.Telling;
using Ocarina.Server.Crossbar.PhoneNumbers;
using Ocarina.Server.Crossbar.Validation;

namespace Ocarina.Server.Crossbar.Telling;

/// <summary>Events as they happen, as server-sent events: <c>id</c> is the sequence in the ledger to resume from. Ends when the token ends.</summary>
internal sealed class EventStream(LedgerNews news, NumberDesk desk, ICredentialCheck credentials, TimeProvider clock, PhoneNumber? number, long? since) : IResult
{
    /// <summary>The media type.</summary>
    internal const string Type = "text/event-stream";

    private const int PageEvents = 200;
    /// <summary>Most streams of one account in a process.</summary>
    internal const int OfAccountMax = 64;

    private const int StreamsMax = 256;

    private static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(15);
    private static readonly Lock Gate = new();
    private static readonly Dictionary<AccountId, int> Streams = [];

    /// <summary>True when the caller wants a stream.</summary>
    public static bool IsWanted(CrossbarRequest request) =>
        request.Http.Request.Headers.Accept.Any(value => value?.Contains(Type, StringComparison.OrdinalIgnoreCase) == true);

    /// <summary>Where a caller wants to go on: <c>Last-Event-ID</c> of a client that comes back, or <c>since</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="since">The place; none when he names none.</param>
    /// <returns>The reply to a place that is none: to begin now instead would leave out what he asks for.</returns>
    public static IResult? ReadSince(CrossbarRequest request, out long? since)
    {
        since = null;
        var text = request.Http.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last ? last : request.Query("since");
        if (string.IsNullOrEmpty(text)) return null;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)) return CrossbarResults.Validation(FieldProblem.Type("since", "integer"));
        since = sequence;
        return null;
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var account = httpContext.Crossbar().SignedIn?.Account.Id ?? default;
        if (!TryTake(account))
        {
            await CrossbarReply.TooMany(retryAfterS: 5).ExecuteAsync(httpContext);
            return;
        }

        try
        {
            var stopping = httpContext.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping);
            await RunAsync(httpContext, ending.Token);
        }
        catch (OperationCanceledException)
        {
            // The client is gone, or the server stops: whoever comes back resumes.
        }
        finally
        {
            GiveBack(account);
        }
    }

    // So that no account takes the places of all others.
    private static bool TryTake(AccountId account)
    {
        lock (Gate)
        {
            if (Streams.GetValueOrDefault(account) >= OfAccountMax || Streams.Values.Sum() >= StreamsMax) return false;
            Streams[account] = Streams.GetValueOrDefault(account) + 1;
            return true;
        }
    }

    private static void GiveBack(AccountId account)
    {
        lock (Gate)
        {
            if (--Streams[account] == 0) Streams.Remove(account);
        }
    }

    private async Task RunAsync(HttpContext http, CancellationToken ct)
    {
        var request = http.Crossbar();
        var (actor, path) = (request.Actor, request.TargetAccount.Id);
        var position = since ?? await news.EndAsync(ct);
        http.Response.ContentType = Type;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no"; // a proxy that waits for the end would take the sense out of it
        // The place is told first, so that a client that loses the line before anything happens misses nothing.
        await WriteAsync(http.Response, string.Create(CultureInfo.InvariantCulture, $"retry: 1000\nid: {position}\n\n"), ct);

        var (told, seen) = (clock.GetTimestamp(), -1L);
        while (await IsWelcomeAsync(request, path, ct))
        {
            var end = await news.EndAsync(ct);
            var isMore = false;
            if (end != seen)
            {
                var page = await news.ReadAsync(actor, path, number, position, PageEvents, ct);
                foreach (var item in page.Items) Write(http.Response, item, request);
                if (page.Items.Count > 0)
                {
                    await http.Response.BodyWriter.FlushAsync(ct);
                    told = clock.GetTimestamp();
                }

                position = page.Position;
                isMore = !page.IsEnd;
                if (page.IsEnd) seen = position >= end ? end : -1; // held back: look again
            }

            if (clock.GetElapsedTime(told) >= BeatInterval)
            {
                // A comment keeps the line open; with the place, so that a quiet account need not read everything again.
                await WriteAsync(http.Response, string.Create(CultureInfo.InvariantCulture, $":\nid: {position}\n\n"), ct);
                told = clock.GetTimestamp();
            }

            if (!isMore) await Task.Delay(LedgerNews.Interval, clock, ct);
        }
    }

    // The token may have ended, its account may have been switched off or moved away.
    private async Task<bool> IsWelcomeAsync(CrossbarRequest request, AccountId path, CancellationToken ct)
    {
        if (request.SignedIn?.Token is not { } token || (await credentials.CheckAsync(new Credential.Token(token), ct)).Who is not { } who) return false;
        return desk.Tree.IsAdmin(request.Actor) || desk.Tree.IsAbove(who.Account.Id, path);
    }

    private void Write(HttpResponse response, NewsItem item, CrossbarRequest request)
    {
        if (item.Resume is { } resume) Write(response, string.Create(CultureInfo.InvariantCulture, $"id: {resume}\n"));
        Write(response, "data: ");
        using (var json = new Utf8JsonWriter(response.BodyWriter, new JsonWriterOptions { Encoder = CrossbarJson.Encoder }))
            NumberEventDocument.RenderWithNumber(item.Number, item.Event, request, desk).WriteTo(json);
        Write(response, "\n\n");
    }

    private static void Write(HttpResponse response, string text) => response.BodyWriter.Write(Encoding.UTF8.GetBytes(text));

    private static async Task WriteAsync(HttpResponse response, string text, CancellationToken ct)
    {
        Write(response, text);
        await response.BodyWriter.FlushAsync(ct);
    }
}
