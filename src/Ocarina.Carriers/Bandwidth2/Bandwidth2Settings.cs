using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Bandwidth2;

/// <summary>The document <c>number_manager.bandwidth2</c> as this module reads it (carriers.md 4.2).</summary>
/// <remarks>A class, not a record: a record prints all its properties, and two of these are secrets.</remarks>
internal sealed class Bandwidth2Settings(CarrierSettings settings)
{
    /// <summary>Most numbers that the carrier gives in one answer.</summary>
    internal const int CarrierQuantityMax = 5000;

    /// <summary>Longest order name the carrier takes, in characters.</summary>
    internal const int OrderNameMax = 50;

    private const string DefaultTokenAddress = "https://api.bandwidth.com/api/v1/oauth2/token";
    private const string DefaultAddress = "https://dashboard.bandwidth.com/api";

    /// <summary>Account at the carrier: digits.</summary>
    internal string AccountId => settings.Text("account_id") ?? "";

    /// <summary>User of the interface, for Basic authentication.</summary>
    internal string? Username => settings.Text("api_username");

    /// <summary>His password. Never logged.</summary>
    internal string? Password => settings.Secret("api_password");

    /// <summary>Client id of OAuth2.</summary>
    internal string? ClientId => settings.Text("client_id");

    /// <summary>Its secret. Never logged.</summary>
    internal string? ClientSecret => settings.Secret("client_secret");

    /// <summary>True when tokens are used instead of user and password.</summary>
    internal bool UsesTokens => ClientId is not null && ClientSecret is not null;

    /// <summary>Where tokens come from.</summary>
    internal Uri TokenAddress => Address("token_url", DefaultTokenAddress);

    /// <summary>Site that numbers are bought for: digits.</summary>
    internal string? SiteId => settings.Text("site_id");

    /// <summary>Peer within the site; none takes the site's default.</summary>
    internal string? PeerId => settings.Text("sip_peer");

    /// <summary>True for v2 of the interface: E.164 everywhere, and countries outside +1.</summary>
    internal bool IsV2 => settings.Text("api_version") == "v2";

    /// <summary>Base of all requests, without a slash at the end; v2 has a folder of its own.</summary>
    internal Uri BaseAddress
    {
        get
        {
            var text = Address("base_url", DefaultAddress).AbsoluteUri.TrimEnd('/');
            if (IsV2 && !text.EndsWith("/v2", StringComparison.Ordinal)) text += "/v2";
            return new Uri(text);
        }
    }

    /// <summary>Most numbers answered to one search. Default 500; 1 to 5000.</summary>
    internal int QuantityMax => settings.WholeNumber("max_search_quantity", 500, 1, CarrierQuantityMax);

    /// <summary>True when rate centres are asked for. Default true.</summary>
    internal bool WantsDetail => settings.Flag("search_detail", true);

    /// <summary>True when neighbouring rate centres are welcome. Default false: the carrier's own default is true.</summary>
    internal bool WantsNeighbours => settings.Flag("search_local_calling_area", false);

    /// <summary><c>normal</c>, <c>purge</c> or <c>soft-remove</c>. Default <c>normal</c>.</summary>
    internal string DisconnectMode => settings.Text("disconnect_mode") ?? "normal";

    /// <summary>False: a release sends nothing, and the number is kept as stranded. Default true.</summary>
    internal bool DisconnectsOnRelease => settings.Flag("disconnect_on_release", true);

    /// <summary>True when a number is reserved before it is ordered. Default false.</summary>
    internal bool ReservesFirst => settings.Flag("reserve_before_order", false);

    /// <summary>Name of an order for people: our prefix, cut, and our key, whole.</summary>
    internal string OrderName(OrderKey key)
    {
        var tail = $"-{key}";
        var prefix = settings.OrderNamePrefix;
        return (prefix.Length + tail.Length > OrderNameMax ? prefix[..(OrderNameMax - tail.Length)].TrimEnd() : prefix) + tail;
    }

    /// <summary>The first required key that is empty; none when all are there.</summary>
    /// <param name="kind">What the call is for: only a purchase needs a site.</param>
    internal string? MissingKey(OrderKind? kind)
    {
        if (AccountId.Length == 0) return "account_id";
        if (ClientId is not null || ClientSecret is not null)
        {
            if (ClientId is null) return "client_id";
            if (ClientSecret is null) return "client_secret";
        }
        else
        {
            if (Username is null) return "api_username";
            if (Password is null) return "api_password";
        }

        return kind == OrderKind.Acquire && SiteId is null ? "site_id" : null;
    }

    private Uri Address(string key, string otherwise) =>
        Uri.TryCreate(settings.Text(key) ?? otherwise, UriKind.Absolute, out var address)
            ? address
            : throw new CarrierException(new CarrierError(CarrierErrorKind.InvalidConfig, $"{key} is no address"));
}
