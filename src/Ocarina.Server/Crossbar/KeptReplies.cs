using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.DataProtection;
using Ocarina.Core;

namespace Ocarina.Server.Crossbar;

/// <summary>Replies as they are kept for repeats: what was said, without what belongs to one request alone, such as its token. Encrypted, for a reply may show a new API key.</summary>
internal sealed class KeptReplies(IDataProtectionProvider protection)
{
    private static readonly JsonSerializerOptions Writing = new() { MaxDepth = DocumentText.DepthMax };
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = DocumentText.DepthMax };

    private readonly IDataProtector _protector = protection.CreateProtector("ocarina.replies");

    public string Write(CrossbarReply reply)
    {
        var kept = new JsonObject { ["data"] = reply.Data.DeepClone() };
        if (reply.Code is { } code) kept["code"] = code;
        if (reply.Message is { } message) kept["message"] = message;
        if (reply.Revision is { } revision) kept["revision"] = revision;
        if (reply.Metadata is { } metadata) kept["metadata"] = metadata.DeepClone();
        if (reply.Location is { } location) kept["location"] = location;
        return _protector.Protect(kept.ToJsonString(Writing));
    }

    public CrossbarReply Read(string text)
    {
        var kept = JsonNode.Parse(_protector.Unprotect(text), documentOptions: Reading)!.AsObject(); // an object was written
        return new CrossbarReply
        {
            Data = kept["data"]!.DeepClone(), // no reply is without
            Code = kept["code"]?.GetValue<int>(),
            Message = kept["message"]?.GetValue<string>(),
            Revision = kept["revision"]?.GetValue<string>(),
            Metadata = kept["metadata"]?.DeepClone().AsObject(),
            Location = kept["location"]?.GetValue<string>(),
        };
    }
}
