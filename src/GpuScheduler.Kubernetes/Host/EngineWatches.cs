using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Manifests;
using Microsoft.Extensions.Logging;

namespace GpuScheduler.Kubernetes;

/// <summary>The watches that feed the engine.</summary>
internal sealed class EngineWatches
{
    private readonly Feed<PodObject> _pods = new();
    private readonly Feed<NodeObject> _nodes = new();
    private readonly Feed<DisruptionBudget> _budgets = new();
    private readonly Feed<StatedGang> _gangs = new();
    private readonly Feed<StatedTopology> _topologies = new();
    private readonly Feed<ResourceClaim> _claims = new();
    private readonly Feed<ResourceSlice> _slices = new();
    private readonly Feed<DeviceClass> _classes = new();
    private readonly Feed<PersistentVolumeClaim> _volumeClaims = new();
    private readonly Feed<PersistentVolume> _volumes = new();
    private readonly Feed<StorageClass> _storageClasses = new();
    private int _numbers = 2;

    public EngineWatches(ApiConnection connection, SchedulerHostOptions options, ILogger logger)
    {
        WatchReporter reporter = new(options.Metrics, logger);
        Claims = Discover(ClaimApi.Group, ClaimApi.Versions, "resourceclaims", ClaimDecoders.Claims, _claims);
        All =
        [
            Watch(new NodeDecoder(options.Shapes), _nodes, 1),
            Watch(new PodDecoder(), _pods, 2),
            Claims,
            Discover(ClaimApi.Group, ClaimApi.Versions, "resourceslices", ClaimDecoders.Slices, _slices),
            Discover(ClaimApi.Group, ClaimApi.Versions, "deviceclasses", ClaimDecoders.Classes, _classes),
            Discover("", ["v1"], "persistentvolumeclaims", VolumeDecoders.Claims, _volumeClaims),
            Discover("", ["v1"], "persistentvolumes", VolumeDecoders.Volumes, _volumes),
            Discover("storage.k8s.io", ["v1"], "storageclasses", VolumeDecoders.Classes, _storageClasses),
        ];
        Supporting = [Watch(new PriorityClassDecoder(), PriorityClasses, 3)];

        Discovered =
        [
            Discover("policy", ["v1", "v1beta1"], "poddisruptionbudgets", v => new BudgetDecoder($"policy/{v}"), _budgets),
            .. GangApi.Gangs.Select(a => Discover(a.Group, a.Versions, a.Plural, v => new GangDecoder(a, v), _gangs)),
            .. GangApi.Topologies.Select(a => Discover(a.Group, a.Versions, a.Plural, v => new TopologyDecoder(a, v), _topologies)),
        ];

        IObjectWatch Watch<T>(IObjectDecoder<T> decoder, IObjectHandler<T> feed, int number) => new Reflector<T>(
            connection.Client, connection.BaseAddress, decoder, feed, reporter, options.Watching with { Seed = options.Seed + number }, options.Time);

        DiscoveredWatch<T> Discover<T>(string group, ImmutableArray<string> versions, string plural, Func<string, IObjectDecoder<T>> decoder, Feed<T> feed) =>
            new DiscoveredWatch<T>(
                connection.Client, connection.BaseAddress, group, versions, plural, decoder, feed, reporter, options.Watching with { Seed = options.Seed + ++_numbers }, options.Time);
    }

    /// <summary>Those that make the model: where one is too old, nothing is decided.</summary>
    public ImmutableArray<IObjectWatch> All { get; }

    /// <summary>Watches of what a server may not have; decisions do not wait for them.</summary>
    public ImmutableArray<IObjectWatch> Discovered { get; }

    /// <summary>The watch of claims, one of <see cref="All"/>.</summary>
    public DiscoveredWatch<ResourceClaim> Claims { get; }

    /// <summary>The others: decisions go on with what they told last.</summary>
    public ImmutableArray<IObjectWatch> Supporting { get; }

    /// <summary>Tells those who wait for a claim that it is another than it was.</summary>
    public VolumeNews VolumeNews { get; } = new();

    public PriorityClassDirectory PriorityClasses { get; } = new();

    /// <summary>From here on everything goes to the engine. Before the first of <see cref="All"/> runs.</summary>
    public void Connect(SchedulingEngine engine)
    {
        _pods.Changed = pod => engine.Post(() => engine.Mirror.SetPod(pod));
        _pods.Deleted = pod => engine.Post(() => engine.Mirror.RemovePod(pod.Pod.Uid));
        _nodes.Changed = node => engine.Post(() => engine.Mirror.SetNode(node));
        _nodes.Deleted = node => engine.Post(() => engine.Mirror.RemoveNode(node.Node.Name));
        _budgets.Changed = budget => engine.Post(() => engine.Scheduler.Budgets.Set(budget));
        _budgets.Deleted = budget => engine.Post(() => engine.Scheduler.Budgets.Remove(budget.Namespace, budget.Name));
        _gangs.Changed = gang => engine.Post(() => engine.SetGang(gang));
        _gangs.Deleted = gang => engine.Post(() => engine.RemoveGang(gang.Gang.Key));
        _topologies.Changed = topology => engine.Post(() => engine.SetTopology(topology));
        _topologies.Deleted = topology => engine.Post(() => engine.RemoveTopology(topology));
        _claims.Changed = claim => engine.Post(() => engine.Mirror.SetClaim(claim));
        _claims.Deleted = claim => engine.Post(() => engine.Mirror.RemoveClaim(claim));
        _slices.Changed = slice => engine.Post(() => engine.Mirror.SetSlice(slice));
        _slices.Deleted = slice => engine.Post(() => engine.Mirror.RemoveSlice(slice));
        _classes.Changed = deviceClass => engine.Post(() => engine.Mirror.SetDeviceClass(deviceClass));
        _classes.Deleted = deviceClass => engine.Post(() => engine.Mirror.RemoveDeviceClass(deviceClass));
        ConnectVolumes(engine);
        _pods.Synced = _nodes.Synced = engine.Wake;
        int listed = 0;
        _claims.Synced = _slices.Synced = _classes.Synced = () =>
        {
            if (Interlocked.Increment(ref listed) == 3)
            {
                engine.Post(engine.Mirror.ClaimsAreListed);
            }
        };
    }

    private void ConnectVolumes(SchedulingEngine engine)
    {
        VolumeTable table = engine.Mirror.Volumes;
        _volumeClaims.Changed = claim =>
        {
            engine.Post(() => table.Set(claim));
            VolumeNews.Tell(new ObjectKey(claim.Namespace, claim.Name));
        };
        _volumeClaims.Deleted = claim =>
        {
            engine.Post(() => table.Remove(claim));
            VolumeNews.Tell(new ObjectKey(claim.Namespace, claim.Name));
        };
        _volumes.Changed = volume => engine.Post(() => table.Set(volume));
        _volumes.Deleted = volume => engine.Post(() => table.Remove(volume));
        _storageClasses.Changed = storageClass => engine.Post(() => table.Set(storageClass));
        _storageClasses.Deleted = storageClass => engine.Post(() => table.Remove(storageClass));
        int listed = 0;
        _volumeClaims.Synced = _volumes.Synced = _storageClasses.Synced = () =>
        {
            if (Interlocked.Increment(ref listed) == 3)
            {
                engine.Post(engine.Mirror.VolumesAreListed);
            }
        };
    }

    private sealed class Feed<T> : IObjectHandler<T>
    {
        public Action<T> Changed { get; set; } = static _ => { };

        public Action<T> Deleted { get; set; } = static _ => { };

        public Action Synced { get; set; } = static () => { };

        public void OnAdded(T value) => Changed(value);

        public void OnUpdated(T before, T after) => Changed(after);

        public void OnDeleted(T last) => Deleted(last);

        public void OnSynced() => Synced();
    }
}
