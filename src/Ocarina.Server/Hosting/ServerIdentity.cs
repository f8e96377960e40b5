using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Ocarina.Server.Crossbar;

namespace Ocarina.Server.Hosting;

/// <summary>What this server says of itself.</summary>
internal static class ServerIdentity
{
    /// <summary>Version of the product, such as <c>0.1.0</c>.</summary>
    public static string Version { get; } =
        typeof(ServerIdentity).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    /// <summary>Fills in what replies show. The node's name is hashed: the names of machines are nobody's business.</summary>
    public static void Fill(CrossbarIdentity identity, string node)
    {
        identity.Version = Version;
        identity.NodeHash = System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(node)).AsSpan(0, 16));
    }
}
