using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ocarina.Manager.Search;

namespace Ocarina.Server.Crossbar.PhoneNumbers;

/// <summary>A search as lines of JSON (<c>stream=true</c>): one for each carrier as it answers, and last the page as the envelope would show it.</summary>
internal sealed class SearchStream(IAsyncEnumerable<SearchNews> news, bool forAdmins) : IResult
{
    /// <summary>The media type.</summary>
    internal const string Type = "application/x-ndjson";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        await foreach (var item in news.WithCancellation(httpContext.RequestAborted))
        {
            if (!response.HasStarted)
            {
                response.ContentType = Type;
                response.Headers.CacheControl = "no-store";
                response.Headers["X-Accel-Buffering"] = "no"; // a proxy that waits for the end would take the sense out of it
            }

            var line = item switch
            {
                SearchNews.Arrived arrived => new JsonObject { ["carrier"] = arrived.Carrier.ToJson(forAdmins), ["data"] = NumberSearchEndpoints.Rows(arrived.Rows) },
                SearchNews.Ended ended => End(ended.Page, httpContext.Crossbar()),
                _ => throw new InvalidOperationException("The news of a search are a closed set."),
            };
            await using (var json = new Utf8JsonWriter(response.BodyWriter, new JsonWriterOptions { Encoder = CrossbarJson.Encoder })) line.WriteTo(json);
            response.BodyWriter.Write("\n"u8);
            await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
        }
    }

    private JsonObject End(SearchPage page, CrossbarRequest request)
    {
        var end = new JsonObject { ["data"] = NumberSearchEndpoints.Rows(page.Rows) };
        foreach (var (name, value) in NumberSearchEndpoints.Beside(page, forAdmins)) end[name] = value?.DeepClone();
        end["status"] = "success";
        end["request_id"] = request.RequestId;
        return end;
    }
}
