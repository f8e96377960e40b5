using Ocarina.Benchmarks;

return await Runner.RunAsync(args, Console.Out);
