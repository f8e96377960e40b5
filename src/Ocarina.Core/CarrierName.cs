namespace Ocarina.Core;

/// <summary>The bare name of a carrier, such as <c>local</c> or <c>bandwidth2</c>; every spelling of Kazoo reads to it (numbers.md 2.4).</summary>
/// <remarks>Any number of leading <c>knm_</c> and <c>wnm_</c> is stripped. Empty, absent and the word <c>undefined</c> mean <c>local</c>.</remarks>
public readonly record struct CarrierName
{
    private readonly string? _text;

    private CarrierName(string text) => _text = text;

    /// <summary>Numbers that account admins manage themselves; untrusted. Also the default value.</summary>
    public static CarrierName Local => default;

    /// <summary>Mobile numbers.</summary>
    public static CarrierName Mdn { get; } = new("mdn");

    /// <summary>The operator's own stock, for sale to all.</summary>
    public static CarrierName Inventory { get; } = new("inventory");

    /// <summary>Stock kept for one account.</summary>
    public static CarrierName Managed { get; } = new("managed");

    /// <summary>Stock of iNum numbers.</summary>
    public static CarrierName Inum { get; } = new("inum");

    /// <summary>The generic trusted carrier, managed by the cluster's admins.</summary>
    public static CarrierName Other { get; } = new("other");

    /// <summary>Search source: what the account holds in reserve.</summary>
    public static CarrierName Reserved { get; } = new("reserved");

    /// <summary>Search source: what the account's reseller holds in reserve.</summary>
    public static CarrierName ReservedReseller { get; } = new("reserved_reseller");

    /// <summary>Reads any spelling. Never fails: unknown carriers are kept by name.</summary>
    public static CarrierName Parse(string? text)
    {
        var name = (text ?? "").AsSpan().Trim();
        while (name.StartsWith("knm_", StringComparison.Ordinal) || name.StartsWith("wnm_", StringComparison.Ordinal)) name = name[4..];
        return name is "" or "undefined" or "local" ? Local : new CarrierName(name.ToString());
    }

    /// <summary>The spelling of documents exchanged with Kazoo: <c>knm_</c> and the name.</summary>
    public string KazooName => $"knm_{this}";

    /// <summary>The bare name.</summary>
    public override string ToString() => _text ?? "local";
}
