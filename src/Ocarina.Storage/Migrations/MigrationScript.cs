using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ocarina.Storage.Migrations;

/// <summary>One numbered file of SQL for one engine. Once released it never changes; the checksum shows it.</summary>
internal sealed record MigrationScript(int Version, string Name, string Sql)
{
    /// <summary>SHA-256 of the text, with the line ends of any platform.</summary>
    internal string Checksum { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    /// <summary>All scripts of an engine, from 1 upwards.</summary>
    internal static IReadOnlyList<MigrationScript> LoadAll(DatabaseKind kind)
    {
        var folder = $"Migrations/{kind}/";
        var assembly = typeof(MigrationScript).Assembly;
        var scripts = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(folder, StringComparison.Ordinal))
            .Select(name => Read(assembly.GetManifestResourceStream(name), name[folder.Length..]))
            .OrderBy(script => script.Version)
            .ToList();
        for (var i = 0; i < scripts.Count; i++)
            if (scripts[i].Version != i + 1) throw new InvalidOperationException($"Migration {i + 1} of {kind} is missing or there twice.");
        return scripts;
    }

    private static MigrationScript Read(Stream? stream, string name)
    {
        using var reader = new StreamReader(stream ?? throw new InvalidOperationException($"Migration {name} cannot be read."), Encoding.UTF8);
        return new MigrationScript(int.Parse(name.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture), name, reader.ReadToEnd());
    }
}
