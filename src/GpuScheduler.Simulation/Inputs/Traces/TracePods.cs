using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Simulation;

/// <summary>Reads a trace's pod list.</summary>
internal sealed class TracePods
{
    /// <summary>A thousand years of 365 days, in seconds.</summary>
    private const long MaxTime = 1000L * 365 * 24 * 3600;

    private readonly CsvTable _table;
    private readonly bool _isTimed;
    private readonly string _schedulerName;
    private readonly List<TracePod> _pods = [];
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);
    private readonly Dictionary<(long Cpu, long Memory, long Gpus, long Milli, string Models), PodSpec> _specs = [];

    private TracePods(CsvTable table, bool isTimed, string schedulerName)
    {
        _table = table;
        _isTimed = isTimed;
        _schedulerName = schedulerName;
    }

    public IReadOnlyList<TracePod> Pods => _pods;

    /// <summary>Rows of the list, broken ones included; null where it was not read to its end.</summary>
    public int? Rows => _table.IsComplete ? _table.Rows : null;

    /// <summary>The pods in the order of the list; null where nothing of it could be read.</summary>
    public static TracePods? Read(InputFile file, bool isTimed, string schedulerName, ConfigurationErrors errors)
    {
        CsvTable? table = CsvTable.Open(
            file, TraceColumns.Pods, TraceColumns.OptionalOfPods, new(TraceColumns.Nodes, $"is a node list; give it with {WorkloadSource.NodesOption}"), errors);
        if (table is null || (isTimed && !HasTimes(file, table, errors)))
        {
            return null;
        }

        TracePods pods = new(table, isTimed, schedulerName);
        while (table.Next())
        {
            pods.ReadRow();
        }

        if (table.Rows == 0)
        {
            errors.Add(new(file.Name, table.Line, 1, "", "the list has a header and no pod; add a pod a line"));
        }

        return pods;
    }

    private static bool HasTimes(InputFile file, CsvTable table, ConfigurationErrors errors)
    {
        string[] missing = [.. new[] { TraceColumns.Created, TraceColumns.Deleted }.Where(c => !table.Has(c))];
        foreach (string column in missing)
        {
            errors.Add(new(file.Name, 1, 1, column, $"the column is missing and {WorkloadSource.TimedOption} needs it; add it, or remove {WorkloadSource.TimedOption}"));
        }

        return missing.Length == 0;
    }

    private void ReadRow()
    {
        // The published trace has a pod without memory; one without CPU would be a mistake.
        bool isRead = _table.TryText("name", out string name)
            & _table.TryNumber("cpu_milli", 1, TraceNodes.MaxCpuMilli, out long cpuMilli)
            & _table.TryNumber("memory_mib", 0, TraceNodes.MaxMemoryMiB, out long memoryMiB)
            & _table.TryNumber("num_gpu", 0, int.MaxValue, out long gpus)
            & _table.TryNumber("gpu_milli", 0, int.MaxValue, out long milli);
        long created = 0;
        long? runs = null;
        isRead &= !_isTimed || TryTimes(out created, out runs);
        if (name.Length > 0 && !_lines.TryAdd(name, _table.Line))
        {
            _table.Error("name", $"pod {name} is on line {_lines[name]} already; remove or rename one");
        }

        if (isRead && SpecOf(cpuMilli, memoryMiB, gpus, milli, _table.Text("gpu_spec")) is { } spec)
        {
            _pods.Add(new TracePod(name, spec, created, runs));
        }
    }

    /// <summary>Pods alike share one spec.</summary>
    private PodSpec? SpecOf(long cpuMilli, long memoryMiB, long gpus, long milli, string models)
    {
        if (_specs.TryGetValue((cpuMilli, memoryMiB, gpus, milli, models), out PodSpec? spec))
        {
            return spec;
        }

        List<DeviceRequestError> problems = [];
        if (!DeviceRequests.TryFromTrace((int)gpus, (int)milli, models, problems, out DeviceRequest devices))
        {
            foreach (DeviceRequestError problem in problems)
            {
                _table.Error(problem.Keys[0], problem.Message);
            }

            return null;
        }

        return _specs[(cpuMilli, memoryMiB, gpus, milli, models)] = new PodSpec
        {
            SchedulerName = _schedulerName,
            Containers = [new Container { Requests = ResourceList.Of((ResourceNames.Cpu, cpuMilli), (ResourceNames.Memory, memoryMiB << 20)) }],
            Devices = devices,
        };
    }

    /// <summary>A pod runs from when it was scheduled, or else created, until it was deleted; without a deletion it stays.</summary>
    private bool TryTimes(out long created, out long? runs)
    {
        runs = null;
        long? scheduled = null;
        long? deleted = null;
        if (!(_table.TryNumber(TraceColumns.Created, 0, MaxTime, out created)
            & (!_table.Has(TraceColumns.Scheduled) || TryTime(TraceColumns.Scheduled, out scheduled))
            & TryTime(TraceColumns.Deleted, out deleted)))
        {
            return false;
        }

        long started = scheduled ?? created;
        if (started < created)
        {
            _table.Error(TraceColumns.Scheduled, $"{started} is before {TraceColumns.Created}, {created}; correct one of them");
            return false;
        }

        if (deleted < started)
        {
            _table.Error(TraceColumns.Deleted, $"{deleted} is before {(scheduled is null ? TraceColumns.Created : TraceColumns.Scheduled)}, {started}; correct one of them");
            return false;
        }

        runs = deleted - started;
        return true;
    }

    private bool TryTime(string column, out long? seconds)
    {
        seconds = null;
        if (_table.Text(column).Length == 0)
        {
            return true;
        }

        bool isRead = _table.TryNumber(column, 0, MaxTime, out long number);
        seconds = isRead ? number : null;
        return isRead;
    }
}
