using System.Globalization;

namespace Ocarina.Core.Configuration;

/// <summary>Text that is no JSON object, with the place where reading stopped.</summary>
public sealed class ConfigJsonException : FormatException
{
    /// <summary>Names the place and the reason.</summary>
    public ConfigJsonException(int line, int column, string message)
        : base(string.Create(CultureInfo.InvariantCulture, $"line {line}, column {column}: {message}")) =>
        (Line, Column, Reason) = (line, column, message);

    /// <summary>Required by convention; prefer the constructor with a place.</summary>
    public ConfigJsonException()
        : this(1, 1, "This is no JSON object.") { }

    /// <summary>Required by convention; prefer the constructor with a place.</summary>
    public ConfigJsonException(string message)
        : this(1, 1, message) { }

    /// <summary>Required by convention; prefer the constructor with a place.</summary>
    public ConfigJsonException(string message, Exception innerException)
        : base(message, innerException) => (Line, Column, Reason) = (1, 1, message);

    /// <summary>Line, counted from 1.</summary>
    public int Line { get; }

    /// <summary>Character in the line, counted from 1.</summary>
    public int Column { get; }

    /// <summary>The reason alone, without the place.</summary>
    public string Reason { get; }
}
