using System.Text.Json;

namespace Ocarina.Cli.Output;

/// <summary>One thing, a line per property. Empty properties are left out.</summary>
internal sealed class Details(CliHost host)
{
    private readonly List<(string Name, string Value)> _lines = [];

    public Details Add(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value)) _lines.Add((name, Printable.Line(value)));
        return this;
    }

    public Details AddFields(IReadOnlyDictionary<string, JsonElement>? fields)
    {
        foreach (var (name, value) in fields ?? new Dictionary<string, JsonElement>())
        {
            foreach (var (path, text) in Printable.Flatten(name, value)) Add(path, text);
        }

        return this;
    }

    public void Write()
    {
        var width = _lines.Max(line => line.Name.Length);
        foreach (var (name, value) in _lines) host.Out.WriteLine($"{name.PadRight(width)}  {value}");
    }
}
