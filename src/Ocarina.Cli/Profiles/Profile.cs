using System.Text.Json.Serialization;

namespace Ocarina.Cli.Profiles;

/// <summary>A saved login: where, as whom, and with what. A class, for it holds secrets.</summary>
internal sealed class Profile
{
    public required string Url { get; init; }

    /// <summary>Id of the account that logged in.</summary>
    public string? Account { get; init; }

    public string? AccountName { get; init; }

    /// <summary>Lasts until it is replaced.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Of a login by user: ends after an hour or so.</summary>
    public string? Token { get; init; }
}

/// <summary>The file <c>profiles.json</c>.</summary>
internal sealed class ProfileFile
{
    /// <summary>The profile used when none is named.</summary>
    public string? Current { get; set; }

    public Dictionary<string, Profile> Profiles { get; set; } = [];
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true)]
[JsonSerializable(typeof(ProfileFile))]
internal sealed partial class ProfileJson : JsonSerializerContext;
