using System.Text.RegularExpressions;

namespace GpuScheduler.Live.Tests;

/// <summary>The repository's manifests, as kubectl sends them to a server that checks all of them and keeps nothing.</summary>
[TestFixture(ServerKind.Emulator)]
[TestFixture(ServerKind.Real)]
[Parallelizable(ParallelScope.Children)]
public sealed partial class ManifestsTests(ServerKind kind)
{
    /// <summary>Older API servers know policy/v1beta1 alone, without unhealthyPodEvictionPolicy.</summary>
    private const int FirstWithPolicyV1 = 21;

    private Kubectl _kubectl = null!;
    private bool _hasPolicyV1;

    [OneTimeSetUp]
    public async Task Install()
    {
        ILiveServer server = await LiveServers.GetAsync(kind);
        _kubectl = new Kubectl(server.Kubeconfig);
        await using LiveCluster cluster = await LiveCluster.MakeAsync(server);
        _hasPolicyV1 = await cluster.MinorVersionAsync() >= FirstWithPolicyV1;

        // A dry run keeps nothing, and what is in a namespace is refused where that is not there.
        await _kubectl.RunAsync(["apply", "-f", Path.Combine(Manifests, "base/namespace.yaml"), "-f", Beside("prometheus-operator.yaml"), "-f", Beside("gang-apis.yaml")]);
        await _kubectl.RunAsync(["wait", "--for=condition=established", "crd", "--all", "--timeout=30s"]);
    }

    [OneTimeTearDown]
    public void Leave() => _kubectl?.Dispose();

    [TestCase("base", 11)]
    [TestCase("overlays/single-replica", 10)]
    [TestCase("overlays/traces", 11)]
    [TestCase("overlays/other-names", 11)]
    [TestCase("overlays/prometheus", 13)]
    public async Task The_server_takes_every_object_of(string folder, int objects)
    {
        string manifests = await _kubectl.RunAsync(["kustomize", Path.Combine(Manifests, folder)]);
        if (!_hasPolicyV1)
        {
            manifests = PolicyV1().Replace(manifests, "apiVersion: policy/v1beta1\n");
            manifests = EvictionPolicy().Replace(manifests, "");
            await TestContext.Out.WriteLineAsync("sent as policy/v1beta1 and without spec.unhealthyPodEvictionPolicy, which this server does not know: PodDisruptionBudget");
        }

        string[] lines = Lines(await _kubectl.RunAsync(["apply", "--dry-run=server", "-f", "-"], manifests));
        Assert.That(lines, Has.Length.EqualTo(objects));
        Assert.That(lines, Is.All.EndsWith("(server dry run)"));
    }

    [Test]
    public async Task The_server_takes_every_example()
    {
        // The one has fields of Kubernetes 1.37, which no server of these tests has, the others kinds of 1.34.
        string[] left = kind == ServerKind.Real ? ["gang-native.yaml", "dra.yaml", "dra-node.yaml"] : ["gang-native.yaml"];
        string[] files = [.. Directory.GetFiles(Path.Combine(Manifests, "examples"), "*.yaml", SearchOption.AllDirectories).Where(f => !left.Contains(Path.GetFileName(f)))];
        string[] lines = Lines(await _kubectl.RunAsync(["apply", "--dry-run=server", .. files.SelectMany(f => new[] { "-f", f })]));
        Assert.That(lines, Has.Length.EqualTo(files.Sum(f => File.ReadAllText(f).Split("\n---\n").Length)).And.Length.GreaterThanOrEqualTo(20));
        Assert.That(lines, Is.All.EndsWith("created (server dry run)"));
    }

    [Test]
    public async Task A_field_that_no_server_knows_would_be_refused()
    {
        string pod = (await File.ReadAllTextAsync(Path.Combine(Manifests, "examples/whole-gpu.yaml"))).Replace("schedulerName:", "schedularName:", StringComparison.Ordinal);
        (int code, _, string errors) = await _kubectl.TryAsync(["apply", "--dry-run=server", "-f", "-"], pod);
        Assert.That(code, Is.Not.Zero);
        Assert.That(errors, Does.Contain("unknown field").And.Contain("schedularName"));
    }

    private static string Manifests => Beside("../../manifests");

    /// <summary>In the folder of this project's sources.</summary>
    private static string Beside(string name, [System.Runtime.CompilerServices.CallerFilePath] string self = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(self)!, name));

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"apiVersion: policy/v1\n")]
    private static partial Regex PolicyV1();

    [GeneratedRegex(@" +unhealthyPodEvictionPolicy: .*\n")]
    private static partial Regex EvictionPolicy();
}
