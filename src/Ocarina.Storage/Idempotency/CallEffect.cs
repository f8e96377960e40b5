using System.Globalization;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Storage.Idempotency;

/// <summary>What one call has committed: a line of its row. Closed; the words are stored and so never change.</summary>
public abstract record CallEffect
{
    private CallEffect() { }

    /// <summary>A number was written.</summary>
    /// <param name="Key">The number.</param>
    /// <param name="Revision">The revision it got.</param>
    public sealed record Number(PhoneNumber Key, long Revision) : CallEffect;

    /// <summary>A purchase was written down.</summary>
    /// <param name="Id">The order.</param>
    /// <param name="Key">The number it holds; empty for some number of a group.</param>
    public sealed record Order(OrderKey Id, PhoneNumber Key) : CallEffect;

    /// <summary>A document other than a number was made.</summary>
    /// <param name="Kind">What, one word: <c>account</c>, <c>user</c>.</param>
    /// <param name="Id">Its id.</param>
    public sealed record Document(string Kind, string Id) : CallEffect;

    internal static string Write(IEnumerable<CallEffect> effects) => string.Concat(effects.Select(effect => effect switch
    {
        Number number => string.Create(CultureInfo.InvariantCulture, $"number {number.Key} {number.Revision}\n"),
        Order order => $"order {order.Id} {order.Key}\n",
        Document document => $"{document.Kind} {document.Id}\n",
        _ => throw new InvalidOperationException("The effects of a call are a closed set."),
    }));

    internal static IReadOnlyList<CallEffect> Read(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).Select(Read)];

    private static CallEffect Read(string[] words) => words switch
    {
        ["number", var key, var revision] => new Number(PhoneNumber.FromStorage(key), long.Parse(revision, CultureInfo.InvariantCulture)),
        ["order", var id, var key] when OrderKey.TryParse(id, out var order) => new Order(order, key.Length == 0 ? default : PhoneNumber.FromStorage(key)),
        [var kind, var id] => new Document(kind, id),
        _ => throw new InvalidDataException("A stored call holds an effect of another version of this program."),
    };
}
