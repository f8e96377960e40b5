using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Ocarina.Storage;
using Ocarina.Storage.Config;

namespace Ocarina.Manager.Secrets;

/// <summary>Keeps the Data Protection ring in the database, so that every process has the same.</summary>
/// <remarks>
/// The interface knows no tasks, so the two methods wait. They run at start and once in some weeks; never call Protect inside a write delegate,
/// for a new key of the ring would wait for the very queue the delegate holds up.
/// </remarks>
internal sealed class DatabaseXmlRepository(IDatabase database) : IXmlRepository
{
    private int _seen;

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        var rows = Task.Run(() => database.ReadAsync(DataProtectionTable.AllAsync, CancellationToken.None)).GetAwaiter().GetResult();
        Volatile.Write(ref _seen, rows.Count);
        return [.. rows.Select(XElement.Parse)];
    }

    // The place is the one after what was read: of two processes that make a key at the same moment one is dropped, and both use the other.
    public void StoreElement(XElement element, string friendlyName)
    {
        var position = Volatile.Read(ref _seen) + 1;
        var xml = element.ToString(SaveOptions.DisableFormatting);
        Task.Run(() => database.WriteAsync(
            async (session, ct) =>
            {
                await DataProtectionTable.AddAsync(session, position, friendlyName, xml, ct);
                return true;
            },
            WriteLane.Foreground, CancellationToken.None)).GetAwaiter().GetResult();
    }
}
