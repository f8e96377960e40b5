using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Ocarina.Sandbox.Mail;

/// <summary>A mail as it arrived, and what a reader would see of it.</summary>
/// <param name="Id">Place in the mailbox, from 1.</param>
/// <param name="Sender">Sender on the envelope.</param>
/// <param name="Receivers">Receivers on the envelope.</param>
/// <param name="Raw">All of it, lines ended as they came.</param>
/// <param name="IsSecured">True when it came over TLS.</param>
/// <param name="User">Who was logged in.</param>
public sealed partial record ReceivedMail(int Id, string Sender, IReadOnlyList<string> Receivers, string Raw, bool IsSecured, string? User)
{
    private static readonly string[] LineEnds = ["\r\n", "\n"];

    /// <summary>A header, unfolded and decoded; empty when it is missing.</summary>
    public string Header(string name) => HeaderIn(HeadOf(Raw), name);

    /// <summary>The subject.</summary>
    public string Subject => Header("Subject");

    /// <summary>The plain text.</summary>
    public string Text => PartOf("text/plain");

    /// <summary>The HTML; empty without one.</summary>
    public string Html => PartOf("text/html");

    /// <summary>Names of the files that came with it.</summary>
    public IReadOnlyList<string> Files =>
        [.. PartsOf(Raw).Select(part => FileName().Match(HeaderIn(HeadOf(part), "Content-Disposition"))).Where(match => match.Success).Select(match => match.Groups[1].Value)];

    /// <summary>For the control interface.</summary>
    public JsonObject ToJson(bool whole)
    {
        var mail = new JsonObject
        {
            ["id"] = Id, ["from"] = Sender, ["to"] = new JsonArray([.. Receivers.Select(receiver => (JsonNode)receiver)]), ["subject"] = Subject, ["date"] = Header("Date"),
            ["message_id"] = Header("Message-ID"), ["tls"] = IsSecured, ["user"] = User,
        };
        if (!whole) return mail;
        mail["text"] = Text;
        mail["html"] = Html;
        mail["files"] = new JsonArray([.. Files.Select(file => (JsonNode)file)]);
        mail["raw"] = Raw;
        return mail;
    }

    private string PartOf(string type) => PartsOf(Raw).Where(part => HeaderIn(HeadOf(part), "Content-Type").StartsWith(type, StringComparison.OrdinalIgnoreCase)).Select(Decoded).FirstOrDefault("");

    // The mail itself when it has one part only.
    private static IEnumerable<string> PartsOf(string entity)
    {
        var boundary = Boundary().Match(HeaderIn(HeadOf(entity), "Content-Type"));
        if (!boundary.Success) return [entity];
        var pieces = BodyOf(entity).Split("--" + boundary.Groups[1].Value);
        return pieces.Skip(1).Where(piece => !piece.StartsWith("--", StringComparison.Ordinal)).SelectMany(piece => PartsOf(piece.TrimStart('\r', '\n')));
    }

    private static string HeadOf(string entity) => entity.IndexOf("\r\n\r\n", StringComparison.Ordinal) is >= 0 and var end ? entity[..end] : entity;

    private static string BodyOf(string entity) => entity.IndexOf("\r\n\r\n", StringComparison.Ordinal) is >= 0 and var end ? entity[(end + 4)..] : "";

    private static string HeaderIn(string head, string name)
    {
        var unfolded = Folds().Replace(head, " ");
        var line = unfolded.Split(LineEnds, StringSplitOptions.None).FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase));
        if (line is null) return "";
        var value = line[(name.Length + 1)..].Trim();
        return EncodedWord().Replace(BetweenWords().Replace(value, "?=$1"), word => Encoding.UTF8.GetString(Convert.FromBase64String(word.Groups[1].Value)));
    }

    private static string Decoded(string part)
    {
        var body = BodyOf(part);
        return HeaderIn(HeadOf(part), "Content-Transfer-Encoding").ToLowerInvariant() switch
        {
            "quoted-printable" => Encoding.UTF8.GetString(Octets(body.Replace("=\r\n", "", StringComparison.Ordinal))),
            "base64" => Encoding.UTF8.GetString(Convert.FromBase64String(body)),
            _ => body,
        };
    }

    private static byte[] Octets(string text)
    {
        List<byte> octets = [];
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '=' && i + 2 < text.Length && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var octet))
            {
                octets.Add(octet);
                i += 2;
            }
            else
            {
                octets.Add((byte)text[i]);
            }
        }

        return [.. octets];
    }

    [GeneratedRegex("""boundary="([^"]+)""", RegexOptions.IgnoreCase)]
    private static partial Regex Boundary();

    [GeneratedRegex("""filename="([^"]*)""", RegexOptions.IgnoreCase)]
    private static partial Regex FileName();

    [GeneratedRegex(@"\r?\n[ \t]+")]
    private static partial Regex Folds();

    [GeneratedRegex(@"=\?utf-8\?B\?([A-Za-z0-9+/=]*)\?=", RegexOptions.IgnoreCase)]
    private static partial Regex EncodedWord();

    // Blanks between two encoded words are no part of the text.
    [GeneratedRegex(@"\?=\s+(=\?)")]
    private static partial Regex BetweenWords();
}
