using System.Globalization;
using System.Text;

namespace Ocarina.Telling.Mail;

/// <summary>Text in the headers of a mail: folded, and what is not ASCII in encoded words (RFC 2047). No text can end a header and begin another.</summary>
internal static class HeaderText
{
    private const int EncodedBytesMax = 42; // in base64 with its frame below the 75 characters an encoded word may have

    /// <summary>A whole header of free text, such as a subject.</summary>
    public static string Free(string name, string text)
    {
        var clean = Clean(text);
        return clean.All(letter => letter is >= ' ' and <= '~') && !clean.Contains("=?", StringComparison.Ordinal) && name.Length + clean.Length < 900
            ? $"{name}: {Folded(clean, name.Length + 2)}"
            : $"{name}: {string.Join("\r\n ", Words(clean))}";
    }

    /// <summary>A value inside quotes, such as a file's name.</summary>
    public static string Quoted(string text) => $"\"{string.Concat(Clean(text).Select(letter => letter is >= ' ' and <= '~' and not ('"' or '\\') ? letter : '_'))}\"";

    /// <summary>A date as mails write it.</summary>
    public static string Date(DateTimeOffset time) => time.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture);

    // Line ends and other characters that steer become blanks: whoever chose the text chose no header.
    private static string Clean(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter)).Trim();

    private static string Folded(string text, int column)
    {
        var folded = new StringBuilder();
        foreach (var word in text.Split(' '))
        {
            if (folded.Length > 0 && word.Length > 0 && column + word.Length > 76) // never a line of blanks alone: some read it as the end of the headers
            {
                folded.Append("\r\n");
                column = 0;
            }

            if (folded.Length > 0) folded.Append(' ');
            folded.Append(word);
            column += word.Length + 1;
        }

        return folded.ToString();
    }

    private static IEnumerable<string> Words(string text)
    {
        var part = new List<byte>();
        foreach (var rune in text.EnumerateRunes()) // a word holds whole characters
        {
            var bytes = Encoding.UTF8.GetBytes(rune.ToString());
            if (part.Count + bytes.Length > EncodedBytesMax)
            {
                yield return Word(part);
                part.Clear();
            }

            part.AddRange(bytes);
        }

        if (part.Count > 0) yield return Word(part);
    }

    private static string Word(List<byte> part) => $"=?utf-8?B?{Convert.ToBase64String([.. part])}?=";
}
