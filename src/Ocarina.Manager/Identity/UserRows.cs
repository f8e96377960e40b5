using Ocarina.Storage.Accounts;

namespace Ocarina.Manager.Identity;

/// <summary>Next versions of a stored user.</summary>
internal static class UserRows
{
    public static StoredPassword? Password(this UserRow row) =>
        row is { Md5Lookup: { } md5, Md5Hash: { } md5Hash, ShaLookup: { } sha, ShaHash: { } shaHash }
            ? new StoredPassword { Md5Lookup = md5, Md5Hash = md5Hash, ShaLookup = sha, ShaHash = shaHash }
            : null;

    public static UserRow With(
        this UserRow row, string? username, string privLevel, bool enabled, string document, StoredPassword? password, string stamp) =>
        Make(row, username, privLevel, enabled, document, password, stamp, row.Revision, row.Version, row.Created, row.Modified, row.Deleted);

    public static UserRow At(this UserRow row, long revision, long version, long now) =>
        Make(
            row, row.Username, row.PrivLevel, row.Enabled, row.Document, row.Password(), row.Stamp,
            revision, version, revision == 1 ? now : row.Created, now, row.Deleted);

    public static UserRow Erased(this UserRow row) =>
        Make(row, row.Username, row.PrivLevel, row.Enabled, row.Document, row.Password(), row.Stamp, row.Revision, row.Version, row.Created, row.Modified, deleted: true);

    private static UserRow Make(
        UserRow row, string? username, string privLevel, bool enabled, string document, StoredPassword? password, string stamp,
        long revision, long version, long created, long modified, bool deleted) => new()
        {
            Id = row.Id,
            AccountId = row.AccountId,
            Username = username,
            PrivLevel = privLevel,
            Enabled = enabled,
            Document = document,
            Md5Lookup = password?.Md5Lookup,
            Md5Hash = password?.Md5Hash,
            ShaLookup = password?.ShaLookup,
            ShaHash = password?.ShaHash,
            Stamp = stamp,
            Revision = revision,
            Version = version,
            Created = created,
            Modified = modified,
            Deleted = deleted,
        };
}
