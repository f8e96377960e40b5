using System.Globalization;
using System.Text;

namespace Ocarina.Telling.Mail;

/// <summary>Text as every relay takes it: ASCII, lines of at most 76 characters, readable where it can be (RFC 2045, 6.7).</summary>
internal static class QuotedPrintable
{
    private const int LineMax = 75; // and the sign of the break

    /// <summary>Encodes; lines end as in mails.</summary>
    public static string Encode(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n').Select(Line);
        return string.Join("\r\n", lines);
    }

    private static string Line(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line);
        var (encoded, column) = (new StringBuilder(), 0);
        for (var i = 0; i < bytes.Length; i++)
        {
            var isLast = i == bytes.Length - 1;
            var piece = bytes[i] is (>= 33 and <= 126 and not (byte)'=') or (byte)' ' or (byte)'\t' && !(isLast && bytes[i] is (byte)' ' or (byte)'\t')
                ? ((char)bytes[i]).ToString()
                : string.Create(CultureInfo.InvariantCulture, $"={bytes[i]:X2}");
            if (column + piece.Length > LineMax)
            {
                encoded.Append("=\r\n");
                column = 0;
            }

            encoded.Append(piece);
            column += piece.Length;
        }

        return encoded.ToString();
    }
}
