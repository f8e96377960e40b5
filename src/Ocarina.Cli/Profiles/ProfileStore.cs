using System.Text;
using System.Text.Json;

namespace Ocarina.Cli.Profiles;

/// <summary>Saved logins in <c>~/.config/ocarina</c>. Files are readable by their owner only, and replaced as a whole, never written over.</summary>
internal sealed class ProfileStore(string folder)
{
    public const string DefaultName = "default";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerOnly | UnixFileMode.UserExecute;

    public string FilePath => Path.Combine(folder, "profiles.json");

    /// <summary>All profiles; none when nothing was ever saved.</summary>
    /// <exception cref="UsageException">The file is not ours, or was damaged.</exception>
    public ProfileFile Load()
    {
        if (!File.Exists(FilePath)) return new ProfileFile();
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(FilePath), ProfileJson.Default.ProfileFile) ?? new ProfileFile();
        }
        catch (JsonException e)
        {
            throw new UsageException($"{FilePath} cannot be read (line {e.LineNumber + 1}); correct or delete it.");
        }
    }

    public void Save(ProfileFile file) => Replace(FilePath, JsonSerializer.SerializeToUtf8Bytes(file, ProfileJson.Default.ProfileFile));

    /// <summary>The token last used with a profile's key. Kept apart, so that commands side by side never rewrite the profiles.</summary>
    public string? LoadToken(string profile)
    {
        try
        {
            return File.ReadAllText(TokenPath(profile)) is { Length: > 0 } token ? token : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // a new login costs one request
        }
    }

    /// <summary>Remembers a token, or forgets it. A folder that cannot be written only costs a login next time.</summary>
    public void SaveToken(string profile, string? token)
    {
        try
        {
            if (token is null) File.Delete(TokenPath(profile));
            else Replace(TokenPath(profile), Encoding.UTF8.GetBytes(token));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    /// <summary>A name is part of a file name, and is typed.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= 64 && name[0] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    private string TokenPath(string profile) => Path.Combine(folder, "tokens", profile);

    private static void Replace(string path, byte[] content)
    {
        var parent = Path.GetDirectoryName(path) ?? ".";
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(parent); // a user's folder is his own there
        else Directory.CreateDirectory(parent, OwnerFolder);

        var fresh = $"{path}.{Environment.ProcessId}.new";
        File.Delete(fresh); // left by a process of the same id that was killed
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly; // from its first byte on, not afterwards
        using (var file = new FileStream(fresh, options)) file.Write(content);

        File.Move(fresh, path, overwrite: true);
    }
}
