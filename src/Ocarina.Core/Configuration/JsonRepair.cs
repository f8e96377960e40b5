using System.Globalization;
using System.Text;

namespace Ocarina.Core.Configuration;

/// <summary>One correction: at <paramref name="At"/>, <paramref name="Removed"/> characters go and <paramref name="Inserted"/> comes.</summary>
internal sealed record JsonRepair(int At, int Removed, string Inserted, int Line, int Column, string What)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"line {Line}, column {Column}: {What}");

    /// <summary>The text with all corrections made.</summary>
    public static string Apply(string text, IEnumerable<JsonRepair> repairs)
    {
        var mended = new StringBuilder(text.Length + 16);
        var done = 0;
        foreach (var repair in repairs.OrderBy(repair => repair.At)) // stable: two at one place stay in the order found
        {
            mended.Append(text, done, repair.At - done).Append(repair.Inserted);
            done = repair.At + repair.Removed;
        }

        return mended.Append(text, done, text.Length - done).ToString();
    }
}
