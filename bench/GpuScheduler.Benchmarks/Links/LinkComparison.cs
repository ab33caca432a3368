using System.Diagnostics;
using System.Globalization;
using GpuScheduler.Cluster;

namespace GpuScheduler.Benchmarks;

/// <summary>
/// Compares our choice of devices with <see cref="BestEffortPolicy"/>: for every set of free devices and every size, and along sequences of random requests, in
/// which each allocator lives with what it gave before.
/// </summary>
internal static class LinkComparison
{
    private const int Steps = 200_000, Seed = 42;

    private static readonly string[] Names =
        ["dgx-1-p100", "dgx-1-v100", "hgx-a100-8", "hgx-h100-8", "a100-pcie-pairs-8", "a6000-pairs-8", "l40s-8", "gb200-nvl72"];

    /// <summary>Prints a table. 1 where ours was ever worse than best effort from the same free devices.</summary>
    public static int Run(TextWriter output)
    {
        output.WriteLine("| shape | same free devices: requests | ours better | worse | random requests, same free devices: ours better | worse | mean GB/s, best effort | mean GB/s, ours | look-up |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|");
        int worse = 0;
        foreach (NamedShape named in Names.Select(n => ShapeCatalog.BuiltIn.Find(n)!).Append(Bridged()))
        {
            Comparison all = CompareAll(named.Shape), sequence = CompareSequence(named.Shape, out double theirs, out double ours);
            worse += all.Worse + sequence.Worse;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {named.Name} | {all.Requests} | {all.BetterPercent:0.0} % | {all.Worse} | {sequence.BetterPercent:0.0} % | {sequence.Worse} | {theirs:0.0} | {ours:0.0} | {LookUpNanoseconds(named.Shape):0.0} ns |"));
        }

        return worse == 0 ? 0 : 1;
    }

    /// <summary>A sample machine of go-gpuallocator's tests: four Quadro RTX 8000 whose bridges cross the sockets.</summary>
    private static NamedShape Bridged()
    {
        const string Model = "Quadro-RTX-8000";
        Link Between(int a, int b)
        {
            string text = a + b == 3 ? "NV2" : a / 2 == b / 2 ? "PHB" : "SYS";
            return Link.TryParse(text, Model, out Link link) ? link : default;
        }

        return new NamedShape("4 x RTX 8000, bridges 0-3 and 1-2", "", DeviceShape.Of(
            [.. Enumerable.Range(0, 4).Select(i => new Device(i, Model, 49_152, i / 2))],
            [.. Enumerable.Range(0, 16).Select(i => i / 4 == i % 4 ? default : Between(i / 4, i % 4))]));
    }

    private static Comparison CompareAll(DeviceShape shape)
    {
        BestEffortPolicy policy = new(shape);
        Comparison comparison = default;
        for (int free = 1; free < 1 << shape.Count; free++)
        {
            for (int size = 2; size <= shape.Count; size++)
            {
                comparison = comparison.With(shape.Subsets!, policy, new DeviceSet((ushort)free), size);
            }
        }

        return comparison;
    }

    private static Comparison CompareSequence(DeviceShape shape, out double theirs, out double ours)
    {
        BestEffortPolicy policy = new(shape);
        SubsetTable table = shape.Subsets!;
        Random random = new(Seed);
        List<(DeviceSet Theirs, DeviceSet Ours)> held = [];
        DeviceSet freeTheirs = shape.All, freeOurs = shape.All;
        Comparison comparison = default;
        long sumTheirs = 0, sumOurs = 0, requests = 0;
        for (int step = 0; step < Steps; step++)
        {
            int size = random.Next(1, shape.Count + 1);
            if (freeOurs.Count < size || random.Next(3) == 0)
            {
                if (held.Count > 0)
                {
                    int gone = random.Next(held.Count);
                    freeTheirs = freeTheirs.Union(held[gone].Theirs);
                    freeOurs = freeOurs.Union(held[gone].Ours);
                    held.RemoveAt(gone);
                }

                continue;
            }

            if (size > 1)
            {
                comparison = comparison.With(table, policy, freeTheirs, size);
            }

            (DeviceSet Theirs, DeviceSet Ours) given = (policy.Best(freeTheirs, size), table.Best(freeOurs, size));
            held.Add(given);
            freeTheirs = freeTheirs.Except(given.Theirs);
            freeOurs = freeOurs.Except(given.Ours);
            if (size > 1)
            {
                requests++;
                sumTheirs += table.RingBandwidth(given.Theirs);
                sumOurs += table.RingBandwidth(given.Ours);
            }
        }

        (theirs, ours) = ((double)sumTheirs / requests, (double)sumOurs / requests);
        return comparison;
    }

    private static double LookUpNanoseconds(DeviceShape shape)
    {
        SubsetTable table = shape.Subsets!;
        int sets = 1 << shape.Count, sum = 0;
        const int Rounds = 200, Calls = 1 << 16;
        double best = double.PositiveInfinity;
        for (int round = 0; round < Rounds; round++)
        {
            long started = Stopwatch.GetTimestamp();
            for (int call = 0; call < Calls; call++)
            {
                sum += table.Best(new DeviceSet((ushort)(call & (sets - 1))), 2).Bits;
            }

            // Others may use the machine: the fastest round is the one least disturbed.
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalNanoseconds / Calls);
        }

        return sum == 0 ? 0 : best;
    }

    private readonly record struct Comparison(int Requests, int Better, int Worse)
    {
        public double BetterPercent => 100.0 * Better / Math.Max(1, Requests);

        public Comparison With(SubsetTable table, BestEffortPolicy policy, DeviceSet free, int size)
        {
            if (free.Count < size)
            {
                return this;
            }

            int order = table.RingBandwidth(table.Best(free, size)).CompareTo(table.RingBandwidth(policy.Best(free, size)));
            return new Comparison(Requests + 1, Better + (order > 0 ? 1 : 0), Worse + (order < 0 ? 1 : 0));
        }
    }
}
