namespace Ocarina.Sandbox;

/// <summary>What the sandbox carriers accept. All of it is public knowledge and opens nothing real.</summary>
public sealed record SandboxCredentials
{
    /// <summary>Key of the XML interface of Bandwidth v1.</summary>
    public string DeveloperKey { get; init; } = "sandbox-developer-key";

    /// <summary>User of the toll-free service.</summary>
    public string TollfreeLogin { get; init; } = "sandbox@example.com";

    /// <summary>Password of the toll-free service; holds what XML must escape.</summary>
    public string TollfreePassword { get; init; } = "s&ndbox<1>";

    /// <summary>Account at Bandwidth2.</summary>
    public string AccountId { get; init; } = "9500001";

    /// <summary>API user of Bandwidth2 who may read and order.</summary>
    public string ApiUsername { get; init; } = "sandbox";

    /// <summary>Password of both API users of Bandwidth2.</summary>
    public string ApiPassword { get; init; } = "sandbox-password";

    /// <summary>API user of Bandwidth2 who may read only.</summary>
    public string ReadOnlyUsername { get; init; } = "readonly";

    /// <summary>A site of the Bandwidth2 account.</summary>
    public string SiteId { get; init; } = "1337";

    /// <summary>The default peer of that site.</summary>
    public string PeerId { get; init; } = "13337";

    /// <summary>Client id for tokens of Bandwidth2.</summary>
    public string ClientId { get; init; } = "sandbox-client";

    /// <summary>Client secret for tokens of Bandwidth2.</summary>
    public string ClientSecret { get; init; } = "sandbox-client-secret";

    /// <summary>User of Voxbone's Basic authentication.</summary>
    public string VoxboneUsername { get; init; } = "sandbox";

    /// <summary>Password of Voxbone's Basic authentication.</summary>
    public string VoxbonePassword { get; init; } = "sandbox-password";

    /// <summary>User of Dash.</summary>
    public string DashUsername { get; init; } = "sandbox";

    /// <summary>Password of Dash.</summary>
    public string DashPassword { get; init; } = "sandbox-password";

    /// <summary>User of Telnyx's first interface.</summary>
    public string TelnyxUser { get; init; } = "sandbox";

    /// <summary>Token of that user.</summary>
    public string TelnyxToken { get; init; } = "sandbox-token";

    /// <summary>Key of Voxbone's <c>apikey</c> header.</summary>
    public string VoxboneApiKey { get; init; } = "sandbox-api-key";
}
