using System.Security.Cryptography;
using System.Text;

namespace Ocarina.Manager.Secrets;

/// <summary>The one secret that is not in the database: it wraps all keys that are (design.md 11, keys).</summary>
/// <remarks>A class, so that nothing prints it. Immutable; safe to share between threads.</remarks>
public sealed class MasterKey
{
    /// <summary>Name of the file in the data folder.</summary>
    public const string FileName = "master.key";

    /// <summary>Bytes of the key.</summary>
    public const int LengthBytes = 32;

    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly byte[] _wrapping;

    private MasterKey(byte[] key) => _wrapping = HKDF.DeriveKey(HashAlgorithmName.SHA256, key, LengthBytes, info: "ocarina key wrap 1"u8.ToArray());

    /// <summary>Takes the key from the environment when it is given there, else from a 0600 file in the data folder, which is made at first start.</summary>
    /// <param name="fromEnvironment">Value of <c>OCARINA_MASTER_KEY</c>: base64 or hexadecimal text of 32 bytes.</param>
    /// <param name="dataFolder">Folder of the file.</param>
    /// <param name="mayMake">True while the database holds no keys yet: a missing file is made. Otherwise it was lost, and a new one would help nobody.</param>
    /// <exception cref="MasterKeyException">The text or the file is no key, or the file is missing.</exception>
    public static MasterKey Load(string? fromEnvironment, string dataFolder, bool mayMake)
    {
        if (!string.IsNullOrWhiteSpace(fromEnvironment)) return Parse(fromEnvironment, "OCARINA_MASTER_KEY");

        var path = Path.Combine(dataFolder, FileName);
        if (!File.Exists(path))
        {
            if (!mayMake)
            {
                throw new MasterKeyException(
                    $"The keys in this database are wrapped by a master key, and there is none: put its file back as {Path.GetFullPath(path)}, or set OCARINA_MASTER_KEY.");
            }

            MakeFile(path);
        }

        return Parse(File.ReadAllText(path), path);
    }

    /// <summary>Reads a key.</summary>
    /// <param name="text">Base64 or hexadecimal text of 32 bytes.</param>
    /// <param name="source">Where it came from, for the message.</param>
    /// <exception cref="MasterKeyException">It is no key.</exception>
    public static MasterKey Parse(string text, string source)
    {
        var trimmed = text.Trim();
        var key = new byte[LengthBytes];
        var isHex = trimmed.Length == LengthBytes * 2 && trimmed.All(char.IsAsciiHexDigit);
        if (isHex) return new MasterKey(Convert.FromHexString(trimmed));
        if (Convert.TryFromBase64String(trimmed, key, out var length) && length == LengthBytes) return new MasterKey(key);

        throw new MasterKeyException($"{source} holds no master key: 32 bytes as base64 or hexadecimal text are needed.");
    }

    /// <summary>A key of chance, for tests and tools.</summary>
    public static MasterKey Create() => new(RandomNumberGenerator.GetBytes(LengthBytes));

    /// <summary>Encrypts a key for storage.</summary>
    /// <param name="plain">The key.</param>
    /// <param name="purpose">What it is for; a wrapped key opens for the same purpose only.</param>
    public string Wrap(ReadOnlySpan<byte> plain, string purpose)
    {
        var sealedBytes = new byte[NonceBytes + plain.Length + TagBytes];
        var nonce = sealedBytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_wrapping, TagBytes);
        aes.Encrypt(nonce, plain, sealedBytes.AsSpan(NonceBytes, plain.Length), sealedBytes.AsSpan(NonceBytes + plain.Length), Encoding.UTF8.GetBytes(purpose));
        return Convert.ToBase64String(sealedBytes);
    }

    /// <summary>Decrypts a key from storage.</summary>
    /// <exception cref="MasterKeyException">It was wrapped by another master key, or changed.</exception>
    public byte[] Unwrap(string wrapped, string purpose)
    {
        try
        {
            var bytes = Convert.FromBase64String(wrapped);
            if (bytes.Length < NonceBytes + TagBytes) throw new CryptographicException("Too short.");

            var plain = new byte[bytes.Length - NonceBytes - TagBytes];
            using var aes = new AesGcm(_wrapping, TagBytes);
            aes.Decrypt(bytes.AsSpan(0, NonceBytes), bytes.AsSpan(NonceBytes, plain.Length), bytes.AsSpan(bytes.Length - TagBytes), plain, Encoding.UTF8.GetBytes(purpose));
            return plain;
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            throw new MasterKeyException(
                "The keys in this database were wrapped by another master key. Start with the master key the database was made with: "
                + $"set OCARINA_MASTER_KEY, or put its file '{FileName}' back into the data folder.", e);
        }
    }

    private static void MakeFile(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!); // a file's full path has a folder
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var text = Convert.ToBase64String(RandomNumberGenerator.GetBytes(LengthBytes));
        try
        {
            using var file = new FileStream(path, options);
            file.Write(Encoding.ASCII.GetBytes(text + "\n"));
            file.Flush(flushToDisk: true); // keys will be wrapped with it at once; it must not be lost first
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process made it meanwhile; its key counts.
        }
    }
}

/// <summary>The server has no master key, or not the right one. The message is for the operator.</summary>
public sealed class MasterKeyException : Exception
{
    /// <summary>Made without a reason.</summary>
    public MasterKeyException() { }

    /// <summary>With the sentence the operator reads.</summary>
    public MasterKeyException(string message) : base(message) { }

    /// <summary>With the sentence and what led to it.</summary>
    public MasterKeyException(string message, Exception inner) : base(message, inner) { }
}
