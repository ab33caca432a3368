using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Emulator.Tests;

[TestFixture]
public sealed class FakeKubeletTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly List<(CancellationTokenSource Stop, Task Running)> _kubelets = [];
    private EmulatedCluster _cluster = null!;

    [SetUp]
    public void Make() => _cluster = new EmulatedCluster(_time);

    [TearDown]
    public Task End() => StopAsync();

    [Test]
    public void A_node_is_ready_and_has_what_it_was_given()
    {
        new FakeNode("n1")
        {
            Resources = new Dictionary<string, string> { ["cpu"] = "8", ["nvidia.com/gpu"] = "4" },
            Labels = new Dictionary<string, string> { ["zone"] = "a" },
            Annotations = new Dictionary<string, string> { ["note"] = "x" },
        }.CreateIn(_cluster);
        JsonObject node = _cluster.Get("nodes", "", "n1")!;
        Assert.Multiple(() =>
        {
            Assert.That((string?)node["status"]!["allocatable"]!["nvidia.com/gpu"], Is.EqualTo("4"));
            Assert.That((string?)node["status"]!["conditions"]![0]!["status"], Is.EqualTo("True"));
            Assert.That(((string?)node["metadata"]!["labels"]!["zone"], (string?)node["metadata"]!["labels"]!["kubernetes.io/hostname"]), Is.EqualTo(("a", "n1")));
            Assert.That((string?)node["metadata"]!["annotations"]!["note"], Is.EqualTo("x"));
        });
    }

    [Test]
    public async Task A_pod_runs_for_its_time_and_succeeds()
    {
        Start(PodEnd.Succeeds);
        Create("p", "30s");
        Assert.That(Phase("p"), Is.EqualTo("Pending"), "it is not bound yet");
        Bind("p");
        await UntilAsync(() => Phase("p") == "Running");
        JsonObject status = _cluster.Get("pods", "default", "p")!["status"]!.AsObject();
        Assert.That(((string?)status["startTime"], (bool?)status["containerStatuses"]![0]!["ready"]), Is.EqualTo(("2026-01-02T03:04:05Z", true)));
        await AdvanceAsync(29);
        Assert.That(Phase("p"), Is.EqualTo("Running"));

        // Its time may have begun a little after its status said so.
        await UntilAsync(() => Phase("p") == "Succeeded", () => _time.Advance(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public async Task Where_it_is_so_said_a_pod_is_gone_after_its_time()
    {
        Start(PodEnd.IsDeleted);
        Create("p", "1m");
        Bind("p");
        await UntilAsync(() => Phase("p") == "Running");
        await UntilAsync(() => Phase("p") is null, () => _time.Advance(TimeSpan.FromSeconds(10)));
        Assert.That(_time.GetUtcNow() - new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), Is.GreaterThanOrEqualTo(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public async Task A_running_pod_that_is_deleted_is_gone_at_once()
    {
        Start(PodEnd.Succeeds);
        Create("p", "");
        Bind("p");
        await UntilAsync(() => Phase("p") == "Running");
        _cluster.Delete("pods", "default", "p");
        await UntilAsync(() => Phase("p") is null);
    }

    [Test]
    public async Task A_time_that_is_none_fails_the_pod_and_says_so()
    {
        Start(PodEnd.Succeeds);
        Create("p", "soon");
        Bind("p");
        await UntilAsync(() => Phase("p") == "Failed");
        Assert.That((string?)_cluster.Get("pods", "default", "p")!["status"]!["message"], Does.Contain("\"soon\" is no time: write one such as 30s"));
    }

    [Test]
    public async Task Started_again_it_goes_on_with_what_runs()
    {
        Start(PodEnd.Succeeds);
        Create("p", "30s");
        Bind("p");
        await UntilAsync(() => Phase("p") == "Running");
        await StopAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(Phase("p"), Is.EqualTo("Running"));
        Start(PodEnd.Succeeds);
        await UntilAsync(() => Phase("p") == "Succeeded");
    }

    [Test]
    public async Task Another_pod_of_the_same_name_is_left_alone()
    {
        Start(PodEnd.IsDeleted);
        Create("p", "30s");
        Bind("p");
        await UntilAsync(() => Phase("p") == "Running");
        _cluster.Delete("pods", "default", "p", graceSeconds: 0);
        Create("p", "");
        Bind("p");
        await UntilAsync(() => Phase("p") == "Running");
        await AdvanceAsync(60);
        Create("later", "");
        Bind("later");
        await UntilAsync(() => Phase("later") == "Running");
        Assert.That(Phase("p"), Is.EqualTo("Running"));
    }

    [TestCase("500ms", 0.5)]
    [TestCase("30s", 30)]
    [TestCase("1.5m", 90)]
    [TestCase("24h", 86_400)]
    public void Times_have_a_unit(string text, double seconds)
    {
        Assert.That(ShortTime.TryParse(text, out TimeSpan time), Is.True);
        Assert.That(time.TotalSeconds, Is.EqualTo(seconds));
    }

    [TestCase("")]
    [TestCase("30")]
    [TestCase("0s")]
    [TestCase("-1s")]
    [TestCase("25h")]
    [TestCase("s")]
    public void What_is_no_time_is_refused(string text) => Assert.That(ShortTime.TryParse(text, out _), Is.False);

    private void Start(PodEnd end)
    {
        var stop = new CancellationTokenSource();
        _kubelets.Add((stop, Task.Run(() => new FakeKubelet(_cluster, end, _time).RunAsync(stop.Token))));
    }

    private async Task StopAsync()
    {
        foreach ((CancellationTokenSource stop, Task running) in _kubelets)
        {
            await stop.CancelAsync();
            await running;
            stop.Dispose();
        }

        _kubelets.Clear();
    }

    private void Create(string name, string runFor)
    {
        JsonObject pod = Api.Pod(name);
        if (runFor.Length > 0) pod["metadata"]!["annotations"] = new JsonObject { [FakeKubelet.RunFor] = runFor };
        _cluster.Create(pod);
    }

    /// <summary>As the binding of a scheduler would.</summary>
    private void Bind(string name) => _cluster.Objects.Update(_cluster.Objects.Catalog.Pods, "default", name, WritePart.Own, pod =>
    {
        pod["spec"]!["nodeName"] = "n1";
        return pod;
    });

    private string? Phase(string name) => (string?)_cluster.Get("pods", "default", name)?["status"]!["phase"];

    private async Task AdvanceAsync(double seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        await Task.Yield();
    }

    private static async Task UntilAsync(Func<bool> condition, Action? meanwhile = null)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            meanwhile?.Invoke();
            limit.Token.ThrowIfCancellationRequested();
            await Task.Delay(1, CancellationToken.None);
        }
    }
}
