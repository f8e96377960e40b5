using System.Text;
using Ocarina.Carriers.Http;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Voxbone;

/// <summary>What a search answers with (carriers.md 5.6).</summary>
internal enum VoxboneSearchMode
{
    /// <summary>Numbers where the carrier lists them, offers of groups elsewhere.</summary>
    Both,

    /// <summary>Groups only.</summary>
    Offers,

    /// <summary>Chosen numbers only.</summary>
    Numbers,
}

/// <summary>The document <c>number_manager.voxbone</c>, read (carriers.md 5.2).</summary>
/// <remarks>A class, not a record: a record prints all its properties, and two of these are secrets.</remarks>
internal sealed class VoxboneSettings
{
    /// <summary>Most entries that the carrier lists on one page.</summary>
    public const int PageSizeMax = 5000;

    /// <summary>The carrier refuses more than 20 requests per second and address; some room is left for others behind it.</summary>
    public const double RateDefault = 15;

    private const string Historic = "/ws-voxbone/services/rest/";
    private readonly CarrierSettings _settings;

    private VoxboneSettings(CarrierSettings settings, string environment, bool usesKey, Uri address)
    {
        _settings = settings;
        Environment = environment;
        UsesKey = usesKey;
        Address = address;
    }

    /// <summary><c>production</c>, <c>sandbox</c> or <c>beta</c>.</summary>
    public string Environment { get; }

    /// <summary>True for the header <c>apikey</c>, false for user name and password.</summary>
    public bool UsesKey { get; }

    /// <summary>Tells one account at the carrier from another, without naming it; none with a key, which changes while the account stays.</summary>
    public string? Account => UsesKey ? null
        : PurchaseAccount.Mark(_settings.Text("username", "api_username") ?? "");

    /// <summary>Tells one key from another without showing it; none with a user name.</summary>
    public string? KeyMark => UsesKey ? PurchaseAccount.Mark(_settings.Text("api_key") ?? "") : null;

    /// <summary>Where the resources are, with a slash at the end.</summary>
    public Uri Address { get; }

    /// <summary>Entries per page of a search. From 1 to 5000, 20 unless set.</summary>
    public int PageSize => _settings.WholeNumber(_settings.Text("page_size") is null ? "max_page_size" : "page_size", 20, 1, PageSizeMax);

    /// <summary>Most results of one search.</summary>
    public int SearchQuantityMax => _settings.WholeNumber("max_search_quantity", 500, 1, PageSizeMax);

    /// <summary>Whose 20 requests per second these are.</summary>
    public string LimitScope => _settings.Text("rate_limit_scope") ?? Address.Host;

    /// <summary>What a search answers with.</summary>
    public VoxboneSearchMode Mode => _settings.Text("search_mode") switch
    {
        "offers" => VoxboneSearchMode.Offers,
        "numbers" => VoxboneSearchMode.Numbers,
        _ => VoxboneSearchMode.Both,
    };

    /// <summary>False for accounts that pay later.</summary>
    public bool ChecksBalance => _settings.Flag("check_balance", true);

    /// <summary>True: groups without stock are shown and bought from.</summary>
    public bool AllowsBackorder => _settings.Flag("allow_backorder", false);

    /// <summary>Where calls to new numbers go, such as <c>{E164}@sip.example.net</c>; none leaves them unmapped.</summary>
    public string? VoiceUri => _settings.Text("voice_uri");

    /// <summary>Options of the carrier for new numbers, by the carrier's names.</summary>
    public IEnumerable<(string Name, long Value)> Options
    {
        get
        {
            foreach (var (key, name) in new[]
                     {
                         ("voice_uri_backup_id", "voiceUriBackupId"), ("trunk_id", "trunkId"), ("capacity_group_id", "capacityGroupId"), ("delivery_pop_id", "deliveryId"),
                     })
                if (_settings.Text(key) is { } text && long.TryParse(text, out var value)) yield return (name, value);
        }
    }

    /// <summary>The address that numbers of a country are linked to; none when none is set.</summary>
    public string? AddressFor(string? alpha3)
    {
        if (_settings.Members("regulation_address_id") is not { } byCountry) return _settings.Text("regulation_address_id");
        if (alpha3 is null) return null;
        var ids = new CarrierSettings(byCountry);
        var alpha2 = Core.Normalization.CountryCodes.TryToAlpha2(alpha3, out var two) ? two : alpha3;
        return ids.Text(alpha3, alpha2, alpha3.ToLowerInvariant(), alpha2.ToLowerInvariant());
    }

    /// <summary>The header that proves who we are.</summary>
    public KeyValuePair<string, string> Credentials()
    {
        if (UsesKey) return new("apikey", _settings.Text("api_key") ?? "");
        var pair = $"{_settings.Text("username", "api_username")}:{_settings.Secret("password") ?? _settings.Secret("api_password")}";
        return new("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(pair))}");
    }

    /// <summary>Reads the document; a wrong one is answered by the key to look at.</summary>
    /// <returns>The settings, or the key because of which the carrier counts as not configured.</returns>
    public static (VoxboneSettings? Settings, string? MissingKey) Read(CarrierSettings settings)
    {
        // A text that is none of the three, such as the manual's "production | sandbox | beta", is not guessed at: it decides about money.
        var environment = settings.Text("environment");
        if (environment is not ("production" or "sandbox" or "beta")) return (null, "environment");

        var hasKey = settings.Text("api_key") is { } key && !key.Any(char.IsWhiteSpace);
        var hasUser = settings.Text("username", "api_username") is not null;
        var hasPassword = (settings.Secret("password") ?? settings.Secret("api_password")) is not null;
        bool usesKey;
        switch (settings.Text("auth_scheme") ?? "auto")
        {
            case "auto": usesKey = environment == "beta" || !(hasUser && hasPassword) && (hasKey || !hasUser && settings.Text("api_key") is not null); break;
            case "basic": usesKey = false; break;
            case "apikey": usesKey = true; break;
            default: return (null, "auth_scheme");
        }

        if (usesKey && !hasKey) return (null, "api_key");
        if (!usesKey && !hasUser) return (null, "username");
        if (!usesKey && !hasPassword) return (null, "password");

        var text = settings.Text("base_url") ?? DefaultAddress(environment, usesKey);
        var isUsable = Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out var address)
            && address.Scheme is "http" or "https" && address!.UserInfo.Length == 0 && address.Query.Length == 0 && address.Fragment.Length == 0;
        return isUsable ? (new VoxboneSettings(settings, environment, usesKey, address!), null) : (null, "base_url");
    }

    // The older addresses know user names, the newer ones keys; beta has always known keys.
    private static string DefaultAddress(string environment, bool usesKey) => (environment, usesKey) switch
    {
        ("production", true) => "https://api.voxbone.com/v1/",
        ("production", false) => "https://api.voxbone.com" + Historic,
        ("sandbox", true) => "https://api.sandbox.voxbone.com/v1/",
        ("sandbox", false) => "https://sandbox.voxbone.com" + Historic,
        _ => "https://beta.voxbone.com" + Historic,
    };
}
