using System.Text;

namespace Ocarina.Cli;

/// <summary>Reads a password from the terminal without echo.</summary>
internal static class TerminalSecret
{
    public static string Read()
    {
        var text = new StringBuilder();
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
        {
            if (key.Key == ConsoleKey.Backspace) text.Length = Math.Max(0, text.Length - 1);
            else if (!char.IsControl(key.KeyChar)) text.Append(key.KeyChar);
        }

        return text.ToString();
    }
}
