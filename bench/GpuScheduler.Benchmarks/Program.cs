using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using GpuScheduler.Benchmarks;

return args switch
{
    ["gate"] => AllocationGate.Run(Console.Out),
    ["decisions"] => DecisionReport.Run(Console.Out),
    ["gangs"] => GangReport.Run(Console.Out),
    ["links"] => LinkComparison.Run(Console.Out),
    ["memory"] => MemoryReport.Run(Console.Out),
    ["decode", .. string[] rest] => DecodeReport.Run(rest, Console.Out),
    ["watch-memory"] => await WatchMemory.RunAsync(Console.Out),
    ["serve-cluster"] => await WatchMemory.ServeAsync(Console.Out, Console.In),
    ["live", .. string[] rest] => await LiveThroughput.RunAsync(rest, Console.Out),
    ["start", .. string[] rest] => await StartTime.RunAsync(rest, Console.Out),
    ["alone", .. string[] rest] => await SchedulerAlone.RunAsync(rest, Console.Out),
    ["ceiling", .. string[] files] => NeverRefuseCeiling.Run(files, Console.Out),
    _ => BenchmarkSwitcher.FromAssembly(typeof(BenchCluster).Assembly).Run(args, DefaultConfig.Instance).Any(s => s.HasCriticalValidationErrors) ? 1 : 0,
};
