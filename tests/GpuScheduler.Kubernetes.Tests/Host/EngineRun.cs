using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Plugins;
using GpuScheduler.Scheduling;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>An engine and its API server, turned by the test.</summary>
internal sealed class EngineRun : IDisposable, IBindingGate
{
    public const string SchedulerName = "gpu";

    /// <summary>Label of the racks.</summary>
    public const string Rack = "topology.kubernetes.io/rack";

    public EngineRun(int maxBinds = 8, bool preempts = false, bool evicts = false, IPermitPlugin? permit = null)
    {
        Machine = new JumpingTime(Time);
        Api = new FakeApi { MaxBinds = maxBinds };
        ClusterWriter cluster = new(TieKeys.Seeded(1));
        Profile profile = BuiltInPlugins.ProfileWith(SchedulerName, new GpuBestFit());
        profile = preempts ? profile with { PostFilter = [new DefaultPreemption(new PreemptionArgs())] } : profile;
        profile = permit is null ? profile : profile with { Permit = [permit] };
        Engine = new SchedulingEngine(
            cluster, [profile], new QueueOptions(), new SteadyTime(Machine), Api, this, Observer, new EngineHeartbeat(Time, TimeSpan.FromSeconds(30)), evictor: preempts || evicts ? Api : null, left: Left.Add)
        {
            FreeClaim = (_, claim) =>
            {
                Api.SetClaim(Api.Claims[claim.Name] with { Allocation = null, ReservedFor = [] });
                return Task.CompletedTask;
            },
        };
        Api.Engine = Engine;
        Audit = new ClusterAudit(Engine.Mirror, cluster, Time);
    }

    public bool IsOpen { get; set; } = true;

    public FakeTimeProvider Time { get; } = new();

    /// <summary>The machine's clock, which may be set.</summary>
    public JumpingTime Machine { get; }

    public FakeApi Api { get; }

    public RecordingObserver Observer { get; } = new();

    public SchedulingEngine Engine { get; }

    public ClusterAudit Audit { get; }

    /// <summary>The classes of bound pods that ended.</summary>
    public List<PodClass> Left { get; } = [];

    public Snapshot State => Engine.Scheduler.Cluster.Head;

    public static Node Node(string name, int devices = 4, AllocationRegime regime = AllocationRegime.Annotation, string rack = "") => new()
    {
        Name = name,
        Allocatable = ResourceList.Of((ResourceNames.Cpu, 64_000), (ResourceNames.Memory, 1L << 38), (ResourceNames.Pods, 110)),
        Shape = DeviceShape.Uniform("T4", devices, 16_000),
        Regime = regime,
        Labels = rack.Length == 0 ? LabelSet.Empty : LabelSet.Of((Rack, rack)),
    };

    public static PodSpec Spec(int devices = 1, int milli = 1000, string scheduler = SchedulerName) => new()
    {
        SchedulerName = scheduler,
        Containers = [new Container { Requests = ResourceList.Of((ResourceNames.Cpu, 1000)) }],
        Devices = devices == 0 ? DeviceRequest.None : new DeviceRequest { Count = devices, Milli = milli },
    };

    /// <summary>Delivers everything, answers every bind, and turns until nothing happens any more.</summary>
    public void Settle()
    {
        for (int i = 0; i < 10_000; i++)
        {
            if (Api.PendingEvents > 0)
            {
                Api.DeliverEvent();
            }
            else if (Api.PendingEvictions > 0)
            {
                Api.AnswerEvictions(0);
            }
            else if (Api.PendingBinds > 0)
            {
                Api.AnswerBind(0, BindFate.Answered);
            }

            if (!Engine.Turn() && Api.PendingEvents + Api.PendingBinds + Api.PendingEvictions == 0)
            {
                return;
            }
        }

        throw new InvalidOperationException("the engine does not come to rest");
    }

    /// <summary>A pod's place in a gang that only its pods state.</summary>
    public static GangMembership Gang(string name, int size, string? requiredLevel = null)
    {
        GangKey key = new("gpuscheduler.dev/gang", "default", name);
        return new GangMembership(key) { Implied = new GangObject { Key = key, Group = new GangGroup { MinPods = size, Size = size, RequiredLevel = requiredLevel } } };
    }

    /// <summary>Lets the kubelets end what is marked for deletion.</summary>
    public void EndMarked()
    {
        foreach (string uid in Api.Pods.Values.Where(p => p.IsDeleting).Select(p => p.Pod.Uid).ToArray())
        {
            Api.Delete(uid);
        }
    }

    /// <summary>Delivers all watch events, and turns once.</summary>
    public void Turn()
    {
        while (Api.PendingEvents > 0)
        {
            Api.DeliverEvent();
        }

        Engine.Turn();
    }

    /// <summary>Lists, and compares at once.</summary>
    public IReadOnlyList<Drift> Compare()
    {
        Audit.Begin();
        IReadOnlyList<Drift> drifts = Audit.Compare(Api.List());
        Engine.Turn();
        return drifts;
    }

    /// <summary>What the snapshot has on a node: pod to devices held, with what is missing after a slash.</summary>
    public Dictionary<string, string> On(string node)
    {
        Dictionary<string, string> pods = [];
        if (State.Directory.TryFind(node, out int index))
        {
            foreach (Placement placement in State.BlockOf(index).PlacementsOn(index % Block.Size))
            {
                pods.Add(placement.Pod.Name, placement.Missing.IsEmpty ? $"{placement.Devices}" : $"{placement.Devices}/{placement.Missing}");
            }
        }

        return pods;
    }

    public void Dispose() => Engine.Dispose();
}
