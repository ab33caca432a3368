using System.Text.Json.Nodes;
using CsCheck;

namespace GpuScheduler.Emulator.Tests;

/// <summary>Whatever happens in a cluster, every view of it tells the same story.</summary>
[TestFixture]
public sealed class HistoryPropertyTests
{
    private static readonly Gen<(int Act, int Pod)[]> Acts = Gen.Select(Gen.Int[0, 4], Gen.Int[0, 5]).Array[1, 40];

    [Test]
    public async Task A_watch_from_any_version_ends_at_what_a_list_shows()
    {
        await Gen.Select(Acts, Gen.Int[0, 40]).SampleAsync(async (acts, from) =>
        {
            await using Api api = await Api.StartAsync();
            EmulatedCluster cluster = api.Server.Cluster;
            var lists = new Dictionary<long, Dictionary<string, string>> { [cluster.Version] = View(cluster) };
            foreach ((int act, int pod) in acts)
            {
                Act(cluster, act, "p" + pod);
                lists[cluster.Version] = View(cluster);
            }

            long start = lists.Keys.ElementAt(from % lists.Count);
            var seen = new Dictionary<string, string>(lists[start]);
            using WatchReader watch = await api.WatchAsync("/api/v1/pods", "resourceVersion=" + start);
            while (!Same(seen, lists[cluster.Version]) && await watch.NextAsync() is { } next)
            {
                string name = (string)next.Object["metadata"]!["name"]!;
                bool known = seen.Remove(name);
                if (known != (next.Type != "ADDED")) return false;
                if (next.Type != "DELETED") seen[name] = (string)next.Object["metadata"]!["resourceVersion"]!;
            }

            JsonObject past = await api.GetAsync($"/api/v1/pods?resourceVersion={start}&resourceVersionMatch=Exact");
            return Same(View(past["items"]!.AsArray().Select(item => item!.AsObject())), lists[start]);
        }, iter: 60, threads: 1);
    }

    private static void Act(EmulatedCluster cluster, int act, string name)
    {
        bool exists = cluster.Get("pods", "default", name) is not null;
        switch (act)
        {
            case 0 or 1 when !exists:
                cluster.Create(Api.Pod(name));
                break;
            case 2 or 3:
                cluster.ChangeStatus("pods", "default", name, pod => pod["status"]!["message"] = $"{act} {cluster.Version}");
                break;
            case 4:
                cluster.Delete("pods", "default", name, graceSeconds: 0);
                break;
        }
    }

    private static Dictionary<string, string> View(EmulatedCluster cluster) => View(cluster.List("pods"));

    private static Dictionary<string, string> View(IEnumerable<JsonObject> pods)
        => pods.ToDictionary(pod => (string)pod["metadata"]!["name"]!, pod => (string)pod["metadata"]!["resourceVersion"]!);

    private static bool Same(Dictionary<string, string> left, Dictionary<string, string> right)
        => left.Count == right.Count && left.All(entry => right.TryGetValue(entry.Key, out string? version) && version == entry.Value);
}
