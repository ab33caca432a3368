using GpuScheduler.Cluster;
using GpuScheduler.Framework;
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

    private static async Task<BindOutcomeKind> OutcomeAsync(Func<Profile, Profile> change)
    {
        using BindServer server = new([]);
        using HttpClient http = new(server, disposeHandler: false) { BaseAddress = new Uri("http://127.0.0.1/") };
        await using HttpBinder binder = new(new BindClient(http, new FakeTimeProvider(), () => 0), new NodeLockClient(http, new FakeTimeProvider(), () => 0), () => LeaderTerm.WithoutLease(CancellationToken.None));
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
