using System.Net.Http.Headers;

namespace Ocarina.Sandbox.Control;

/// <summary>Runs a file of control requests before the sandbox says it is ready. One a line: <c>METHOD PATH [JSON]</c>; <c>#</c> begins a remark.</summary>
internal static class ControlScript
{
    /// <summary>Runs all lines in order.</summary>
    /// <exception cref="ArgumentException">A line makes no sense, or the sandbox refuses it.</exception>
    public static async Task RunAsync(Uri control, string path, CancellationToken ct)
    {
        using var client = new HttpClient { BaseAddress = control };
        foreach (var line in await File.ReadAllLinesAsync(path, ct))
        {
            if (line.Trim() is "" or ['#', ..]) continue;
            var parts = line.Trim().Split(' ', 3);
            if (parts.Length < 2) throw new ArgumentException($"'{line}' is not METHOD PATH [JSON].");

            using var request = new HttpRequestMessage(new HttpMethod(parts[0]), new Uri(parts[1], UriKind.Relative));
            if (parts.Length == 3) request.Content = new StringContent(parts[2], MediaTypeHeaderValue.Parse("application/json"));
            using var reply = await client.SendAsync(request, ct);
            if (!reply.IsSuccessStatusCode)
                throw new ArgumentException($"'{line}' was answered {(int)reply.StatusCode}: {await reply.Content.ReadAsStringAsync(ct)}");
        }
    }
}
