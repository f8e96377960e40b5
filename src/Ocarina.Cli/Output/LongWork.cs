using Spectre.Console;

namespace Ocarina.Cli.Output;

/// <summary>Where work that takes a while has got to.</summary>
internal interface IWorkProgress
{
    /// <param name="done">Of the total given at the start, in the same unit.</param>
    /// <param name="text">What is said beside the bar.</param>
    void Report(long done, string text);
}

/// <summary>Shows a bar on standard error while work goes on, when somebody looks at it.</summary>
internal static class LongWork
{
    /// <param name="host">Where to draw.</param>
    /// <param name="title">What is done.</param>
    /// <param name="total">How much there is; <see langword="null"/> when nobody knows.</param>
    /// <param name="work">The work.</param>
    public static async Task<T> RunAsync<T>(CliHost host, string title, long? total, Func<IWorkProgress, Task<T>> work)
    {
        if (!host.Environment.ShowsProgress) return await work(Silent.Instance);

        return await Console(host).Progress()
            .AutoClear(true)
            .Columns(Columns(total is not null))
            .StartAsync(async context =>
            {
                var task = context.AddTask(Markup.Escape(title), maxValue: Math.Max(1, total ?? 1));
                task.IsIndeterminate = total is null;
                return await work(new Bar(task, title));
            });
    }

    private static ProgressColumn[] Columns(bool known)
    {
        var text = new TaskDescriptionColumn { Alignment = Justify.Left };
        return known ? [text, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()] : [text, new SpinnerColumn(), new ElapsedTimeColumn()];
    }

    private static IAnsiConsole Console(CliHost host)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(host.Error),
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
            ColorSystem = host.Environment.Decorates(true) ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
        });
        console.Profile.Width = host.Environment.Width();
        return console;
    }

    private sealed class Bar(ProgressTask task, string title) : IWorkProgress
    {
        public void Report(long done, string text)
        {
            task.Value = done;
            task.Description = Markup.Escape($"{title}  {text}");
        }
    }

    private sealed class Silent : IWorkProgress
    {
        public static Silent Instance { get; } = new();

        public void Report(long done, string text)
        {
        }
    }
}
