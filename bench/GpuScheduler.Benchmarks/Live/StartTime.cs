using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using GpuScheduler.Kubernetes;

namespace GpuScheduler.Benchmarks;

/// <summary>How long a scheduler takes from the start of its process to its first bind, with many nodes there and one pod waiting. bench/live-start uses it.</summary>
internal static class StartTime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <param name="args">KUBECONFIG or URL, scheduler name, nodes, and the command that starts the scheduler.</param>
    /// <param name="output">One line of figures.</param>
    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        if (args is not [var server, var scheduler, var nodesText, var program, .. var arguments] || !int.TryParse(nodesText, CultureInfo.InvariantCulture, out int nodes))
        {
            await output.WriteLineAsync("usage: start KUBECONFIG|URL SCHEDULER NODES PROGRAM [ARGUMENT ...]");
            return 2;
        }

        using ApiConnection connection = LiveApi.Connect(server);
        await LiveApi.CreateNodesAsync(connection.Client, nodes);
        string pod = $"start-{scheduler}";
        await LiveApi.CreatePodAsync(connection.Client, pod, scheduler);
        long started = Stopwatch.GetTimestamp();
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        while (!await IsBoundAsync(connection.Client, pod) && Stopwatch.GetElapsedTime(started) < Limit && !process.HasExited)
        {
            await Task.Delay(5);
        }

        TimeSpan took = Stopwatch.GetElapsedTime(started);
        bool isBound = await IsBoundAsync(connection.Client, pod);
        process.Refresh();
        string memory = process.HasExited ? "" : string.Create(CultureInfo.InvariantCulture, $"; until then {process.TotalProcessorTime.TotalSeconds:F2} s of processor, {process.WorkingSet64 >> 20} MiB resident");
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        await LiveApi.DeletePodAsync(connection.Client, pod);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{scheduler}: {(isBound ? "first bind" : "no bind")} {took.TotalSeconds:F2} s after the start of its process, {nodes} nodes{memory}"));
        return isBound ? 0 : 1;
    }

    private static async Task<bool> IsBoundAsync(HttpClient http, string pod)
    {
        using JsonDocument document = JsonDocument.Parse(await http.GetByteArrayAsync($"api/v1/namespaces/default/pods/{pod}"));
        return document.RootElement.GetProperty("spec").TryGetProperty("nodeName", out _);
    }
}
