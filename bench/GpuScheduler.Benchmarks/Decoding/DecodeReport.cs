using System.Diagnostics;
using System.Globalization;
using System.Text;
using GpuScheduler.Emulator;
using GpuScheduler.Kubernetes;
using k8s;
using k8s.Models;

namespace GpuScheduler.Benchmarks;

/// <summary>
/// How fast a page of a pod list becomes pods of the model, and what that allocates: our decoder on protobuf and on JSON, and KubernetesClient's, which knows
/// JSON alone, all in turn in the same run. By the clock, and by the processor's time, which says the same where other work takes the processors away. A new decoder has to read every template for the first time; one that has seen them, as in a scheduler that runs, does not.
/// </summary>
internal static class DecodeReport
{
    private const int Templates = 50;
    private const int Rounds = 16;

    /// <param name="args">How many pods; 5,000 where it is not said.</param>
    /// <param name="output">A line for each way.</param>
    public static int Run(string[] args, TextWriter output)
    {
        int pods = args is [var text] ? int.Parse(text, CultureInfo.InvariantCulture) : 5_000;
        byte[] json = Page(pods);
        byte[] protobuf = ProtobufTranscoder.ToProtobuf(json);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{pods} pods of {Templates} templates: {json.Length / pods} bytes of JSON a pod, {protobuf.Length / pods} of protobuf"));

        PodDecoder used = new();
        (string Name, Func<int> Decode)[] ways =
        [
            ("KubernetesClient, JSON", () => KubernetesJson.Deserialize<V1PodList>(new MemoryStream(json)).Items.Count),
            ("new, JSON", () => Decode(new PodDecoder(), json, isProtobuf: false)),
            ("used, JSON", () => Decode(used, json, isProtobuf: false)),
            ("new, protobuf", () => Decode(new PodDecoder(), protobuf, isProtobuf: true)),
            ("used, protobuf", () => Decode(used, protobuf, isProtobuf: true)),
        ];
        (double Seconds, double Processor, double Bytes)[] medians = Measure(ways, pods, output);
        for (int i = 0; i < ways.Length; i++)
        {
            (double seconds, double processor, double bytes) = medians[i];
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{ways[i].Name,-24}{pods / seconds,12:N0} pods/s ({medians[0].Seconds / seconds,6:F1} x by the clock,{medians[0].Processor / processor,6:F1} x by processor time){bytes / pods,10:N0} bytes/pod (1/{medians[0].Bytes / bytes:F1})"));
        }

        return 0;
    }

    /// <summary>By itself, so that what it was made of does not live on while it is measured.</summary>
    private static byte[] Page(int pods) => Encoding.UTF8.GetBytes(new RealisticPods(Templates, nodes: 500).List(pods).ToJsonString());

    private static (double Seconds, double Processor, double Bytes)[] Measure((string Name, Func<int> Decode)[] ways, int pods, TextWriter output)
    {
        var taken = ways.Select(_ => new List<(double Seconds, double Processor, double Bytes)>()).ToArray();
        for (int round = 0; round < Rounds; round++)
        {
            output.WriteLine($"round {round + 1} of {Rounds}");
            for (int i = 0; i < ways.Length; i++)
            {
                GC.Collect();
                long bytes = GC.GetAllocatedBytesForCurrentThread();
                TimeSpan processor = Environment.CpuUsage.TotalTime;
                long start = Stopwatch.GetTimestamp();
                int count = ways[i].Decode();
                taken[i].Add((Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - processor).TotalSeconds, GC.GetAllocatedBytesForCurrentThread() - bytes));
                if (count != pods)
                {
                    throw new InvalidOperationException($"{ways[i].Name}: {count} pods of {pods}");
                }
            }
        }

        // The first round compiles.
        return [.. taken.Select(t => (Median(t.Skip(1).Select(x => x.Seconds)), Median(t.Skip(1).Select(x => x.Processor)), Median(t.Skip(1).Select(x => x.Bytes))))];
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static int Decode(PodDecoder decoder, byte[] body, bool isProtobuf)
    {
        ListPage page = new();
        page.Read(body, isProtobuf);
        List<PodObject> pods = new(page.Items.Count);
        foreach (Range item in page.Items)
        {
            ReadOnlySpan<byte> bytes = body.AsSpan(item);
            pods.Add(isProtobuf ? decoder.DecodeProtobuf(bytes) : decoder.DecodeJson(bytes));
        }

        return pods.Count(p => p.Problems.IsEmpty);
    }
}
