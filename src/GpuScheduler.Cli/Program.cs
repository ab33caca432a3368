using GpuScheduler.Cli;

return await CommandLine.RunAsync(args, Terminal.Standard()).ConfigureAwait(false);
