using System.Text;

namespace Ocarina.Core.Classification;

/// <summary>Applies a print format to a number (numbers.md 3.6).</summary>
internal static class PrettyFormat
{
    /// <summary>The format of North American numbers, where the class has none.</summary>
    public const string NorthAmerica = "SS(###) ### - ####";

    /// <summary>What is printed where there is no number.</summary>
    public const string NoNumber = "unknown";

    /// <summary>
    /// Prints: <c>#</c> copies a character, <c>S</c> skips one, <c>*</c> copies the rest; a backslash before one of them makes it plain;
    /// all else stands for itself, and is printed even when the number has run out.
    /// </summary>
    public static string Apply(ReadOnlySpan<char> format, ReadOnlySpan<char> number)
    {
        var printed = new StringBuilder(format.Length + number.Length);
        var rest = number;
        for (var i = 0; i < format.Length; i++)
        {
            switch (format[i])
            {
                case '\\' when i + 1 < format.Length && format[i + 1] is 'S' or '#' or '*':
                    printed.Append(format[++i]);
                    break;
                case 'S':
                    rest = rest.IsEmpty ? rest : rest[1..];
                    break;
                case '#':
                    printed.Append(rest.IsEmpty ? rest : rest[..1]);
                    rest = rest.IsEmpty ? rest : rest[1..];
                    break;
                case '*':
                    printed.Append(rest);
                    rest = [];
                    break;
                default:
                    printed.Append(format[i]);
                    break;
            }
        }

        return printed.ToString();
    }
}
