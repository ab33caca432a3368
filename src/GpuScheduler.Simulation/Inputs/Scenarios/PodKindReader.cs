using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Simulation;

/// <summary>Reads the <c>workload.mix</c> of a scenario.</summary>
internal static class PodKindReader
{
    private static readonly string[] FieldsOfGpus = ["fraction", "gpuMemory", "models"];
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static PodKind Read(MapReader reader, string schedulerName)
    {
        PodSpec spec = new()
        {
            SchedulerName = schedulerName,
            Containers = [new Container { Requests = ResourceList.Of((ResourceNames.Cpu, ScenarioFields.Cpu(reader)), (ResourceNames.Memory, ScenarioFields.Memory(reader))) }],
            NodeSelector = reader.StringMap("nodeSelector"),
            Tolerations = [.. reader.Maps("tolerations").Select(ReadToleration)],
            Devices = ReadDevices(reader),
        };
        return new PodKind(
            reader.RequiredString("name"), reader.Int("weight", 1, 1_000_000, 1), reader.Int("priority", int.MinValue, 1_000_000_000, 0),
            spec, reader.Map("duration") is { } duration ? ReadDuration(duration) : null,
            reader.Map("gang") is { } gang ? GangTemplateReader.Read(gang) : null);
    }

    private static DeviceRequest ReadDevices(MapReader reader)
    {
        int before = reader.Errors.Count;
        bool isShare = reader.Has("fraction") | reader.Has("gpuMemory");
        int count = reader.Int("gpus", 0, Device.MaxPerNode, isShare ? 1 : 0);
        bool hasNoGpus = count == 0 && reader.Errors.Count == before;
        double fraction = ScenarioFields.Positive(reader, "fraction", 1, 1);
        int memory = ScenarioFields.GpuMemory(reader);
        ImmutableArray<string> models = [.. reader.Strings("models").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        int milli = (int)Math.Round(fraction * Device.FullMilli);
        if (Math.Abs((fraction * Device.FullMilli) - milli) > 1e-9 || milli == 0)
        {
            reader.Error("fraction", "is finer than thousandths of a GPU; write at most 3 decimals, 0.001 to 1");
        }

        if (reader.Has("fraction") && reader.Has("gpuMemory"))
        {
            reader.Error("gpuMemory", "fraction and gpuMemory both say how much of each GPU; remove one");
        }

        foreach (string key in FieldsOfGpus.Where(key => hasNoGpus && reader.Has(key)))
        {
            reader.Error(key, "says something of GPUs, and gpus is 0; add gpus or remove it");
        }

        return count == 0 ? DeviceRequest.None : new DeviceRequest
        {
            Count = count,
            Milli = memory > 0 ? 0 : Math.Max(1, milli),
            MemoryMiB = memory,
            Models = models,
            Source = "gpus",
        };
    }

    private static Toleration ReadToleration(MapReader reader)
    {
        TolerationOperator @operator = reader.Enum("operator", TolerationOperator.Equal);
        TaintEffect? effect = reader.Has("effect") ? reader.Enum("effect", TaintEffect.NoSchedule) : null;
        return new Toleration(reader.String("key"), @operator, reader.String("value"), effect);
    }

    private static DurationDistribution ReadDuration(MapReader reader)
    {
        if (!reader.Has("kind"))
        {
            reader.Error("kind", "is required; write fixed, exponential or lognormal");
        }

        DurationKind kind = (DurationKind)ScenarioFields.Word(reader, "kind", "fixed", "exponential", "lognormal");
        string key = kind switch { DurationKind.Exponential => "mean", DurationKind.Lognormal => "median", _ => "value" };
        if (reader.Has("kind") && !reader.Has(key))
        {
            reader.Error(key, "is required; add it, such as 2h");
        }

        return new DurationDistribution(
            kind, Bounded(reader, key, TimeSpan.FromHours(1)),
            kind == DurationKind.Lognormal ? ScenarioFields.Positive(reader, "sigma", 4, 1) : 0,
            Bounded(reader, "max", Year));
    }

    private static TimeSpan Bounded(MapReader reader, string key, TimeSpan @default)
    {
        TimeSpan duration = reader.Duration(key, Second, @default);
        if (duration > Year)
        {
            reader.Error(key, $"{GoDuration.Format(duration)} is too long; write at most {GoDuration.Format(Year)}, a year");
        }

        return duration;
    }
}
