using System.Buffers;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Http;

/// <summary>Reads a reply whole, and never more of it than <see cref="CarrierHttp.BodyMax"/>: what is counted is what comes out of the decompression.</summary>
internal static class ReplyReader
{
    public static async Task<CarrierReply> ReadAsync(HttpResponseMessage response, DateTimeOffset now, Action<bool> onRead, CancellationToken ct)
    {
        var body = await BodyAsync(response.Content, ct);
        var headers = response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .SelectMany(header => header.Value.Select(value => KeyValuePair.Create(header.Key, value)));
        var type = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var types) ? types.ToString() : null;
        return new CarrierReply((int)response.StatusCode, body, type) { Headers = [.. headers], ReceivedAt = now, OnRead = onRead };
    }

    private static async Task<byte[]> BodyAsync(HttpContent content, CancellationToken ct)
    {
        await using var stream = await content.ReadAsStreamAsync(ct);
        using var body = new MemoryStream();
        var buffer = ArrayPool<byte>.Shared.Rent(32 * 1024);
        try
        {
            for (int count; (count = await stream.ReadAsync(buffer, ct)) > 0;)
            {
                if (body.Length + count > CarrierHttp.BodyMax) throw new CarrierException(new CarrierError(CarrierErrorKind.BadReply, "reply_too_large"));
                body.Write(buffer, 0, count);
            }
        }
        catch (InvalidDataException broken)
        {
            throw new CarrierException(new CarrierError(CarrierErrorKind.BadReply, "reply_not_compressed_right"), broken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return body.ToArray();
    }
}
