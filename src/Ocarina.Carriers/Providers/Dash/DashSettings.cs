using System.Text;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Providers.Dash;

/// <summary>The document <c>number_manager.dash_e911</c>, read (numbers.md 2.3).</summary>
/// <remarks>A class, not a record: a record prints all its properties, and one of these is a secret.</remarks>
internal sealed class DashSettings(CarrierSettings settings)
{
    internal const string Url = "emergency_provisioning_url";
    internal const string Username = "auth_username";
    internal const string Password = "auth_password";

    /// <summary>Base address of the service.</summary>
    public Uri Address => Uri.TryCreate(settings.Text(Url), UriKind.Absolute, out var address)
        ? address
        : throw new CarrierException(new CarrierError(CarrierErrorKind.InvalidConfig, $"{Url}: This is no absolute http(s) address"));

    /// <summary>What the header <c>Authorization</c> holds.</summary>
    public string Authorization => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{settings.Text(Username)}:{settings.Secret(Password)}"));

    /// <summary>The first key without which nobody can be asked.</summary>
    public string? MissingKey => Array.Find([Url, Username, Password], key => !settings.IsSet(key));
}
