using System.Security.Cryptography;
using System.Text;

namespace Ocarina.Client;

/// <summary>What a client proves itself with. A closed set; a class, because a record would print its secret.</summary>
public abstract class OcarinaCredentials
{
    private OcarinaCredentials()
    {
    }

    /// <summary>An account's API key, 64 hexadecimal digits.</summary>
    public static OcarinaCredentials ApiKey(string key) => new KeyCredentials(key);

    /// <summary>A user and password of an account, given by its name or, when it has a dot, its realm.</summary>
    public static OcarinaCredentials User(string user, string password, string account) =>
        new UserCredentials(Md5Credential(user, password), account);

    /// <summary>The wire credential of http-api.md 7.1. Nothing but a wire form: the server stores a hash of it.</summary>
    public static string Md5Credential(string user, string password) =>
        Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes($"{user.ToLowerInvariant()}:{password}")));

    internal sealed class KeyCredentials(string key) : OcarinaCredentials
    {
        public string Key => key;
    }

    internal sealed class UserCredentials(string credential, string account) : OcarinaCredentials
    {
        public string Credential => credential;

        public string Account => account;
    }
}
