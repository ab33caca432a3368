using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using GpuScheduler.Kubernetes;

namespace GpuScheduler.Benchmarks;

/// <summary>
/// Measures whatever scheduler runs on an API server: creates GPU nodes and one-GPU pods, and watches how soon they are bound.
/// bench/live-throughput starts the server and the schedulers to compare.
/// </summary>
internal sealed class LiveThroughput : IObjectHandler<PodObject>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, long> _created = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _bound = new(StringComparer.Ordinal);

    /// <param name="args">KUBECONFIG or URL, scheduler name, nodes, pods.</param>
    /// <param name="output">One line of figures.</param>
    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        if (args is not [var server, var scheduler, var nodesText, var podsText]
            || !int.TryParse(nodesText, CultureInfo.InvariantCulture, out int nodes) || !int.TryParse(podsText, CultureInfo.InvariantCulture, out int pods))
        {
            await output.WriteLineAsync("usage: live KUBECONFIG|URL SCHEDULER NODES PODS");
            return 2;
        }

        using ApiConnection connection = LiveApi.Connect(server);
        return await new LiveThroughput().MeasureAsync(connection, scheduler, nodes, pods, output);
    }

    public void OnAdded(PodObject value) => Note(value);

    public void OnUpdated(PodObject before, PodObject after) => Note(after);

    public void OnDeleted(PodObject last)
    {
        // Only bindings count.
    }

    public void OnSynced()
    {
        // Nothing waits for it.
    }

    private void Note(PodObject pod)
    {
        if (pod.Pod.BoundNode.Length > 0)
        {
            _bound.TryAdd(pod.Pod.Name, Stopwatch.GetTimestamp());
        }
    }

    private async Task<int> MeasureAsync(ApiConnection connection, string scheduler, int nodes, int pods, TextWriter output)
    {
        await LiveApi.CreateNodesAsync(connection.Client, nodes);
        using CancellationTokenSource stop = new();
        Reflector<PodObject> watch = new(
            connection.Client, connection.BaseAddress, new PodDecoder(), this, NoWatchObserver.Instance, new ReflectorOptions(), TimeProvider.System);
        Task watching = Task.Run(() => watch.RunAsync(stop.Token));
        await Task.Delay(TimeSpan.FromSeconds(3));

        string prefix = $"bench-{scheduler}-";
        long started = Stopwatch.GetTimestamp();
        await LiveApi.EachAsync(pods, async i =>
        {
            string name = $"{prefix}{i}";
            _created[name] = Stopwatch.GetTimestamp();
            await LiveApi.CreatePodAsync(connection.Client, name, scheduler);
        });
        TimeSpan creating = Stopwatch.GetElapsedTime(started);
        while (_bound.Keys.Count(n => n.StartsWith(prefix, StringComparison.Ordinal)) < pods && Stopwatch.GetElapsedTime(started) < Limit)
        {
            await Task.Delay(50);
        }

        await stop.CancelAsync();
        await watching;
        double[] waits = [.. _bound.Where(b => _created.ContainsKey(b.Key)).Select(b => Stopwatch.GetElapsedTime(_created[b.Key], b.Value).TotalMilliseconds).Order()];
        TimeSpan total = waits.Length == 0 ? Limit : Stopwatch.GetElapsedTime(started, _bound.Where(b => _created.ContainsKey(b.Key)).Max(b => b.Value));
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{scheduler}: {waits.Length} of {pods} pods bound on {nodes} nodes in {total.TotalSeconds:F2} s: {waits.Length / total.TotalSeconds:F0} pods/s; created in {creating.TotalSeconds:F2} s; create to bind: median {At(waits, 0.5):F0} ms, 99th percentile {At(waits, 0.99):F0} ms"));
        await LiveApi.EachAsync(pods, async i =>
        {
            await LiveApi.DeletePodAsync(connection.Client, $"{prefix}{i}");
        });
        return waits.Length == pods ? 0 : 1;
    }

    private static double At(double[] sorted, double share) => sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
}
