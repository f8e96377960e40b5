using Microsoft.AspNetCore.Http;
using Ocarina.Sandbox.State;

namespace Ocarina.Sandbox.Wire;

/// <summary>Puts replies on the wire as they are.</summary>
internal static class ReplyWriter
{
    /// <summary>Sends a whole reply.</summary>
    public static async Task SendAsync(HttpContext http, JournalEntry entry, SandboxReply reply)
    {
        Begin(http, entry, reply, reply.Body.Length);
        if (reply.Body.Length > 0) await http.Response.Body.WriteAsync(reply.Body, http.RequestAborted);
        await http.Response.CompleteAsync();
    }

    /// <summary>Writes status and headers; the body follows.</summary>
    /// <param name="http">The request.</param>
    /// <param name="entry">Its line in the journal, which learns the status.</param>
    /// <param name="reply">Gives status, content type and headers.</param>
    /// <param name="length">What the header announces; null: sent in chunks.</param>
    public static void Begin(HttpContext http, JournalEntry entry, SandboxReply reply, long? length)
    {
        entry.Status = reply.Status;
        http.Response.StatusCode = reply.Status;
        http.Response.ContentType = reply.ContentType;
        foreach (var (name, value) in reply.Headers) http.Response.Headers[name] = value;
        if (reply.Status is not (204 or 304)) http.Response.ContentLength = length;
    }
}
