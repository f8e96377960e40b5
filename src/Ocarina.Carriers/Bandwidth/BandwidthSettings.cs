using Ocarina.Carriers.Http;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Bandwidth;

/// <summary>The document <c>number_manager.bandwidth</c>, read (carriers.md 2.2, 3).</summary>
/// <remarks>A class, not a record: a record prints all its properties, and two of these are secrets.</remarks>
internal sealed class BandwidthSettings(CarrierSettings settings)
{
    /// <summary>Most numbers that one request can ask for.</summary>
    public const int QuantityMax = 5000;

    private const string TollfreeDefault = "https://api.bandwidth.com/public/voip/v1_1/NumberManagementService.asmx";

    public string Key => settings.Secret("developer_key") ?? "";

    /// <summary>Tells one key from another without showing it; none without a key.</summary>
    public string? KeyMark => Key.Length == 0 ? null : PurchaseAccount.Mark(Key);

    public Uri Address => AddressOf("numbers_api_url", null);

    /// <summary>Most results of a search. 1 to 5000, 500 unless set.</summary>
    public int SearchQuantityMax => settings.WholeNumber("max_search_quantity", 500, 1, QuantityMax);

    /// <summary><c>process</c>, or <c>validate</c> for orders that are only looked at.</summary>
    public string ProcessingType => settings.Text("processing_type") ?? "process";

    public IReadOnlyList<string> Endpoints => settings.Texts("endpoints");

    /// <summary>True when toll-free numbers can be searched for.</summary>
    public bool HasTollfree => settings.IsSet("tollfree_login") && settings.IsSet("tollfree_password");

    public Uri TollfreeAddress => AddressOf("tollfree_api_url", TollfreeDefault);

    public string TollfreeLogin => settings.Text("tollfree_login") ?? "";

    /// <summary>As it stands: blanks belong to it.</summary>
    public string TollfreePassword => settings.Secret("tollfree_password") ?? "";

    public TimeSpan TollfreeTimeout => TimeSpan.FromMilliseconds(settings.WholeNumber("tollfree_timeout_ms", 60_000, 500, 180_000));

    public string TollfreeOperation => settings.Text("tollfree_order_operation") ?? "basicNumberOrder";

    /// <summary>True when numbers are given back through the account API of the same carrier.</summary>
    public bool ReleasesByBandwidth2 => settings.Text("release_via") == "bandwidth2";

    /// <summary>Changes whenever any of it does.</summary>
    public string Fingerprint => settings.Fingerprint;

    private Uri AddressOf(string key, string? otherwise) =>
        Uri.TryCreate(settings.Text(key) ?? otherwise, UriKind.Absolute, out var address)
            ? address
            : throw new CarrierException(new CarrierError(CarrierErrorKind.InvalidConfig, $"{key}: This is no absolute http(s) address"));
}
