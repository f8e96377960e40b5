using System.Net.Sockets;
using System.Text.Json;
using Ocarina.Client;

namespace Ocarina.Cli.Output;

/// <summary>What went wrong, in words for people and in a document for programs.</summary>
internal sealed class Failure
{
    private readonly OcarinaApiException? _refusal;

    private Failure(int exitCode, string kind, string message, OcarinaApiException? refusal = null)
    {
        ExitCode = exitCode;
        Kind = kind;
        Message = message;
        _refusal = refusal;
    }

    public int ExitCode { get; }

    public string Kind { get; }

    public string Message { get; }

    /// <summary>Reads an exception; <see langword="null"/> for one that nobody foresaw, which is a fault of this program.</summary>
    public static Failure? From(Exception e, Uri? server, CancellationToken ct) => e switch
    {
        OperationCanceledException when ct.IsCancellationRequested => new(ExitCodes.Interrupted, "interrupted", "Interrupted."),
        UsageException or ArgumentException or FormatException => new(ExitCodes.UsageOrConnection, "usage", e.Message),
        CommandFailedException => new(ExitCodes.Failed, "failed", e.Message),
        OcarinaApiException { IsLogin: true, Status: 401 or 404 } refusal => new(
            ExitCodes.Failed, "refused", $"The login was refused ({refusal.Error}). Check the API key, or user, account and password.", refusal),
        OcarinaApiException refusal => new(ExitCodes.Failed, "refused", refusal.Message, refusal),
        TimeoutException => new(ExitCodes.Timeout, "timeout", $"{server}: {e.Message}"),
        OcarinaProtocolException => new(ExitCodes.UsageOrConnection, "connection", $"{server}: {e.Message}"),
        HttpRequestException or HttpIOException or IOException { InnerException: SocketException } =>
            new(ExitCodes.UsageOrConnection, "connection", $"The connection to {server} failed: {Innermost(e)}"),
        IOException or UnauthorizedAccessException => new(ExitCodes.UsageOrConnection, "usage", e.Message),
        _ => null,
    };

    public void Write(CliHost host, bool json)
    {
        if (json) WriteJson(new JsonOutput(host));
        if (_refusal is { Fields.Count: > 0 }) WriteFields(host.Error, _refusal);
        else host.Error.WriteLine($"ocarina: {Printable.Line(Message)}");
        if (_refusal is { Choices: { Count: > 0 } choices })
        {
            host.Error.WriteLine("  Send one of these in its place:");
            foreach (var choice in choices) host.Error.WriteLine($"    {Printable.Value(choice)}");
        }

        if (_refusal?.RequestId is { } id && _refusal.Status >= 500) host.Error.WriteLine($"  The server's log knows this call as {Printable.Line(id)}.");
        if (Hint() is { } hint) host.Error.WriteLine($"  {hint}");
    }

    private static void WriteFields(TextWriter error, OcarinaApiException refusal)
    {
        error.WriteLine($"ocarina: {Printable.Line(refusal.Error)}");
        foreach (var field in refusal.Fields) error.WriteLine($"  {Printable.Line(field.Path)}: {Printable.Line(field.Message)}");
    }

    private string? Hint() => _refusal switch
    {
        { Status: 401, IsLogin: false } => "Log in again with: ocarina login",
        { AsksToAcceptCharges: true } => "Repeat the command with --accept-charges to accept them.",
        { Status: 409, Error: "would_orphan_numbers" } => "Repeat the command with --force to change the rules all the same.",
        _ => null,
    };

    private void WriteJson(JsonOutput output) => output.Document(json =>
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("kind", Kind);
        json.WriteString("message", _refusal?.Error ?? Message);
        json.WriteNumber("exit_code", ExitCode);
        if (_refusal is not null)
        {
            json.WriteNumber("status", _refusal.Status);
            if (_refusal.RequestId is { } id) json.WriteString("request_id", id);
            if (_refusal.Detail.ValueKind != JsonValueKind.Undefined && !_refusal.IsLogin) // that would repeat the key
            {
                json.WritePropertyName("data");
                _refusal.Detail.WriteTo(json);
            }
        }

        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static string Innermost(Exception e)
    {
        while (e.InnerException is { } inner) e = inner;
        return e.Message;
    }
}
