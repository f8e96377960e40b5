using System.Collections;
using System.Runtime.InteropServices;
using System.Text;
using Ocarina.Cli;

using var interrupted = new CancellationTokenSource();
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);

// Own writers: Console.Out costs more at start, and flushes every line even when nobody watches.
var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
using var stdout = new StreamWriter(Console.OpenStandardOutput(), utf8, 16 * 1024) { AutoFlush = !Console.IsOutputRedirected };
using var stderr = new StreamWriter(Console.OpenStandardError(), utf8, 1024) { AutoFlush = true };
using var stdin = new StreamReader(Console.OpenStandardInput(), utf8);

// A read of standard input cannot be interrupted; whoever pressed Ctrl-C does not wait for it.
var run = Task.Run(() => CliApp.RunAsync(args, stdout, stderr, stdin, Surroundings(), interrupted.Token));
var over = new TaskCompletionSource();
using var grace = new Timer(_ => over.TrySetResult());
using var onGrace = interrupted.Token.Register(() => grace.Change(TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan));
return await Task.WhenAny(run, over.Task) == run ? await run : ExitCodes.Interrupted;

void Interrupt(PosixSignalContext signal)
{
    // The first signal asks politely; the second is left to the system, for someone who cannot wait.
    signal.Cancel = !interrupted.IsCancellationRequested;
    interrupted.Cancel();
}

static CliEnvironment Surroundings() => new()
{
    Variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(
        entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal),
    IsInputTerminal = !Console.IsInputRedirected,
    IsOutputTerminal = !Console.IsOutputRedirected,
    IsErrorTerminal = !Console.IsErrorRedirected,
    Width = () => Console.WindowWidth is > 0 and var width ? width : 80,
    ReadSecret = TerminalSecret.Read,
};
