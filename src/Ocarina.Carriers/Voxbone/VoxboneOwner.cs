using System.Text.Json.Nodes;
using Ocarina.Carriers.Http;
using Ocarina.Core;

namespace Ocarina.Carriers.Voxbone;

/// <summary>Whose numbers these are: noted when one is bought or given back, and compared before the carrier's "there is no such number" is believed.</summary>
/// <param name="Environment">The carrier's environment; none in older documents.</param>
/// <param name="Account">Tells one user name from another (<see cref="VoxboneSettings.Account"/>).</param>
/// <param name="Key">Tells one key from another (<see cref="VoxboneSettings.KeyMark"/>).</param>
internal sealed record VoxboneOwner(string? Environment, string? Account, string? Key)
{
    /// <summary>Today's.</summary>
    public static VoxboneOwner Of(VoxboneSettings settings) => new(settings.Environment, settings.Account, settings.KeyMark);

    /// <summary>As it was noted.</summary>
    public static VoxboneOwner Of(DocumentText text) =>
        new(PurchaseAccount.Of(text, "environment"), PurchaseAccount.Of(text, "account"), PurchaseAccount.Of(text, "key_mark"));

    /// <summary>Notes it.</summary>
    public void AddTo(JsonObject document)
    {
        if (Environment is not null) document["environment"] = Environment;
        if (Account is not null) document["account"] = Account;
        if (Key is not null) document["key_mark"] = Key;
    }

    /// <summary>True when it is somebody else for sure: user names belong to accounts.</summary>
    public bool IsNot(VoxboneOwner other) =>
        (Environment is not null && Environment != other.Environment) || (Account is not null && other.Account is not null && Account != other.Account);

    /// <summary>True when it could be somebody else: keys are changed while the account stays, and one with a key may be one with a name.</summary>
    public bool MayNotBe(VoxboneOwner other) =>
        IsNot(other) || ((Account ?? Key) is not null && (Account is null || Account != other.Account) && (Key is null || Key != other.Key));

    /// <inheritdoc/>
    public override string ToString() => $"{Environment ?? "any environment"}, {(Account is not null ? $"user name with the mark {Account}" : $"api_key with the mark {Key}")}";
}
