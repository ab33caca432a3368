using System.Net;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Manifests;
using GpuScheduler.Plugins;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Kubernetes.Tests;

[TestFixture]
internal sealed class HttpBinderTests
{
    [Test]
    public async Task A_bind_plugin_that_throws_may_have_bound_and_one_that_runs_before_it_has_not()
    {
        Thrower thrower = new();
        Assert.That(await OutcomeAsync(p => p with { Bind = [thrower] }), Is.EqualTo(BindOutcomeKind.Unknown));
        Assert.That(await OutcomeAsync(p => p with { PreBind = [thrower] }), Is.EqualTo(BindOutcomeKind.Retry));
    }

    [TestCase(HttpStatusCode.Created, BindOutcomeKind.Bound, "2026-01-01T00:00:00Z,default,p")]
    [TestCase(HttpStatusCode.Forbidden, BindOutcomeKind.Rejected, "")]
    public async Task A_pod_for_HAMi_is_bound_under_its_nodes_lock_which_stays_for_the_plugin_only_if_it_was_bound(HttpStatusCode answer, BindOutcomeKind expected, string lockAfter)
    {
        using LockServer server = new() { BindingStatus = answer };
        (BindOutcome outcome, _) = await BindForHamiAsync(server, takeBack: false);
        Assert.That((outcome.Kind, server.Lock, server.History[0]), Is.EqualTo((expected, lockAfter, "2026-01-01T00:00:00Z,default,p")));
        Assert.That(server.Bindings.Single(), Is.EquivalentTo(new Dictionary<string, string>
        {
            [ManifestKeys.Devices] = "0",
            [HamiKeys.Node] = "n",
            [HamiKeys.Time] = "1767225600",
            [HamiKeys.ToAllocate] = "GPU-0,NVIDIA,4096,0:;",
            [HamiKeys.Allocated] = "GPU-0,NVIDIA,4096,0:;",
            [HamiKeys.BindPhase] = "allocating",
            [HamiKeys.BindTime] = "1767225600",
        }));
    }

    [Test]
    public async Task A_pod_that_is_taken_back_while_it_waits_for_a_lock_leaves_none_and_is_not_bound()
    {
        using LockServer server = new();
        (_, HttpBinder binder) = await BindForHamiAsync(server, takeBack: true);
        Assert.That((server.Bindings.Count, server.Lock, binder.UnderWay), Is.EqualTo((0, "", 0)));
    }

    [TestCase(HttpStatusCode.Created, BindOutcomeKind.Bound, true)]
    [TestCase(HttpStatusCode.Forbidden, BindOutcomeKind.Rejected, false)]
    public async Task A_pods_claims_are_its_own_before_it_is_bound_and_are_given_back_where_it_is_not(HttpStatusCode answer, BindOutcomeKind expected, bool isKept)
    {
        using ClaimServer server = new() { BindingStatus = answer };
        server.Add("c");
        Assert.That((await BindWithClaimAsync(server)).Kind, Is.EqualTo(expected));
        Assert.That(server.AtBinding.Single(), Is.EqualTo("c: gpu-1 for uid-1"));
        Assert.That(server.Text("c"), Is.EqualTo(isKept ? "c: gpu-1 for uid-1" : "c: free"));
    }

    [Test]
    public async Task Where_claims_cannot_be_given_back_nobody_knows_what_became_of_the_pod()
    {
        using ClaimServer server = new() { BindingStatus = HttpStatusCode.Forbidden };
        server.Add("c");
        server.OnBinding = () => server.Faults = Enumerable.Repeat(HttpStatusCode.InternalServerError, 100);
        Assert.That((await BindWithClaimAsync(server)).Kind, Is.EqualTo(BindOutcomeKind.Unknown), "the devices stay the pod's until the API tells");
    }

    [Test]
    public async Task Pods_that_wait_for_volumes_keep_nobody_from_being_bound_and_nobody_from_ending()
    {
        const int Many = 200;
        using VolumeServer server = new();
        FakeTimeProvider time = new();
        using HttpClient http = new(server, disposeHandler: false) { BaseAddress = new Uri("http://127.0.0.1/") };
        await using HttpBinder binder = new(
            new BindClient(http, time, () => 0), new NodeLockClient(http, time, () => 0), ClaimServer.Client(http, time), new VolumeClient(http, server.News, _ => { }, _ => { }, time, () => 0),
            () => LeaderTerm.WithoutLease(CancellationToken.None));
        server.AddVolume("made");
        TaskCompletionSource<BindOutcome>[] waiting = [.. Enumerable.Range(0, Many).Select(i =>
        {
            server.AddClaim($"c{i}");
            return StartVolumes(binder, $"p{i}", new ClaimVolume($"c{i}", $"uid-c{i}"));
        })];
        while (binder.UnderWay > 0)
        {
            await Task.Yield();
        }

        Assert.That(binder.HasRoom);
        Assert.That((await StartVolumes(binder, "q").Task).Kind, Is.EqualTo(BindOutcomeKind.Bound));
        Assert.That(server.Bound, Is.EqualTo(new[] { "q" }));
        server.Bind("c7", "made");
        Assert.That((await waiting[7].Task).Kind, Is.EqualTo(BindOutcomeKind.Bound));
        Assert.That(server.Bound, Is.EqualTo(new[] { "q", "p7" }), "the pod, once its claim is bound");
    }

    [Test]
    public async Task What_was_written_for_one_claim_is_taken_back_where_another_cannot_be_had_and_the_pod_is_not_bound()
    {
        using VolumeServer server = new();
        FakeTimeProvider time = new();
        using HttpClient http = new(server, disposeHandler: false) { BaseAddress = new Uri("http://127.0.0.1/") };
        await using HttpBinder binder = new(
            new BindClient(http, time, () => 0), new NodeLockClient(http, time, () => 0), ClaimServer.Client(http, time), VolumeServer.Client(http, time), () => LeaderTerm.WithoutLease(CancellationToken.None));
        server.AddClaim("c0");
        server.AddVolume("v");
        List<string> seen = [];
        server.OnPatch = () => seen.Add(server.SelectedNode("c0") + server.ClaimOf("v"));
        BindOutcome outcome = await StartVolumes(binder, "p", new ClaimVolume("c0", "uid-c0"), new ClaimVolume("c1", "uid-c1", "v", "uid-v"), new ClaimVolume("gone", "uid-gone")).Task;
        Assert.That((outcome.Kind, outcome.Message), Is.EqualTo((BindOutcomeKind.VolumesNotBound, "binding volumes: PersistentVolumeClaim default/gone is gone")));
        Assert.That(seen, Is.EqualTo(new[] { "", "n", "ndefault/c1 uid-c1 yes", "default/c1 uid-c1 yes" }), "both written, then both taken back");
        Assert.That((server.SelectedNode("c0"), server.ClaimOf("v"), server.Bound.Count), Is.EqualTo(("", "", 0)));
    }

    private static TaskCompletionSource<BindOutcome> StartVolumes(HttpBinder binder, string name, params ClaimVolume[] volumes)
    {
        Pod pod = new() { Name = name, Uid = $"uid-{name}", Spec = EngineRun.Spec() };
        NodeReservation reservation = new(pod, new PodClassTable(new Vocabulary()).Intern(pod.Spec), EngineRun.Node("n"), DeviceSet.Empty);
        TaskCompletionSource<BindOutcome> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        BindRequest request = new("default", name, pod.Uid, "n", DeviceSet.Empty) { Volumes = [.. volumes], VolumeTimeout = TimeSpan.FromSeconds(600) };
        binder.Start(BuiltInPlugins.ProfileWith(EngineRun.SchedulerName, new GpuBestFit()), reservation, request, done.SetResult);
        return done;
    }

    private static async Task<BindOutcome> BindWithClaimAsync(ClaimServer server)
    {
        WaitingTime time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using HttpClient http = new(server, disposeHandler: false) { BaseAddress = new Uri("http://127.0.0.1/") };
        await using HttpBinder binder = new(new BindClient(http, time, () => 0), new NodeLockClient(http, time, () => 0), ClaimServer.Client(http, time), VolumeServer.Client(http, time), () => LeaderTerm.WithoutLease(CancellationToken.None));
        Pod pod = new() { Name = "p", Uid = "uid-1", Spec = EngineRun.Spec() };
        NodeReservation reservation = new(pod, new PodClassTable(new Vocabulary()).Intern(pod.Spec), EngineRun.Node("n"), DeviceSet.Only(0));
        TaskCompletionSource<BindOutcome> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        binder.Start(BuiltInPlugins.ProfileWith(EngineRun.SchedulerName, new GpuBestFit()), reservation, ClaimServer.Request("c", "gpu-1"), done.SetResult);
        await time.PassAsync(done.Task);
        return await done.Task;
    }

    private static async Task<(BindOutcome Outcome, HttpBinder Binder)> BindForHamiAsync(LockServer server, bool takeBack)
    {
        FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using HttpClient http = new(server, disposeHandler: false) { BaseAddress = new Uri("http://127.0.0.1/") };
        HttpBinder binder = new(new BindClient(http, time, () => 0), new NodeLockClient(http, time, () => 0), ClaimServer.Client(http, time), VolumeServer.Client(http, time), () => LeaderTerm.WithoutLease(CancellationToken.None));
        Pod pod = new() { Name = "p", Uid = "uid-1", Spec = EngineRun.Spec() };
        NodeReservation reservation = new(pod, new PodClassTable(new Vocabulary()).Intern(pod.Spec), EngineRun.Node("n"), DeviceSet.Only(0));
        BindRequest request = new("default", "p", "uid-1", "n", DeviceSet.Only(0), "GPU-0,NVIDIA,4096,0:;");
        TaskCompletionSource<BindOutcome> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        server.OnPatch = () => Assert.That(!takeBack || server.History.Count > 0 || request.TryTakeBack());
        binder.Start(BuiltInPlugins.ProfileWith(EngineRun.SchedulerName, new GpuBestFit()), reservation, request, done.SetResult);
        BindOutcome outcome = takeBack ? default : await done.Task;
        await binder.DisposeAsync();
        return (outcome, binder);
    }

    private static async Task<BindOutcomeKind> OutcomeAsync(Func<Profile, Profile> change)
    {
        using BindServer server = new([]);
        using HttpClient http = new(server, disposeHandler: false) { BaseAddress = new Uri("http://127.0.0.1/") };
        await using HttpBinder binder = new(new BindClient(http, new FakeTimeProvider(), () => 0), new NodeLockClient(http, new FakeTimeProvider(), () => 0), ClaimServer.Client(http, new FakeTimeProvider()), VolumeServer.Client(http, new FakeTimeProvider()), () => LeaderTerm.WithoutLease(CancellationToken.None));
        Profile profile = change(BuiltInPlugins.ProfileWith(EngineRun.SchedulerName, new GpuBestFit()));
        Pod pod = new() { Name = "p", Uid = "uid-1", Spec = EngineRun.Spec() };
        NodeReservation reservation = new(pod, new PodClassTable(new Vocabulary()).Intern(pod.Spec), EngineRun.Node("n"), DeviceSet.Only(0));
        TaskCompletionSource<BindOutcome> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        binder.Start(profile, reservation, new BindRequest("default", "p", "uid-1", "n", DeviceSet.Only(0)), done.SetResult);
        BindOutcome outcome = await done.Task;
        Assert.That(outcome.Message, Does.Contain("out of order"));
        return outcome.Kind;
    }

    private sealed class Thrower : IBindPlugin, IPreBindPlugin
    {
        public string Name => "Thrower";

        public PreBindPreFlightResult PreBindPreFlight(NodeReservation reservation) => default;

        public ValueTask<Status> PreBindAsync(NodeReservation reservation, CancellationToken cancellation) => throw new InvalidOperationException("out of order");

        public ValueTask<Status> BindAsync(NodeReservation reservation, CancellationToken cancellation) => throw new InvalidOperationException("out of order");
    }
}
