using GpuScheduler.Framework;
using GpuScheduler.Manifests;
using GpuScheduler.Plugins;
using YamlDotNet.RepresentationModel;

namespace GpuScheduler.Server.Tests;

public sealed class ManifestsTests
{
    private const string Deployment = "base/deployment.yaml";
    private const string Container = "spec/template/spec/containers/0/";

    private static IEnumerable<string> AllFiles => YamlFiles.In(".");

    [TestCaseSource(nameof(AllFiles))]
    public void Every_manifest_is_yaml_with_a_kind(string file)
    {
        IReadOnlyList<YamlNode> documents = YamlFiles.Documents(YamlFiles.Text(file));
        Assert.That(documents, Is.Not.Empty);
        Assert.That(documents.Select(d => d.TextAt("kind") is { Length: > 0 } && d.TextAt("apiVersion") is { Length: > 0 }), Is.All.True);
    }

    /// <summary>The whole list, so that a right more is seen in review.</summary>
    [Test]
    public void The_scheduler_may_do_just_this()
    {
        string[] rights =
        [
            .. YamlFiles.Documents(YamlFiles.Text("base/rbac.yaml")).Where(d => d["kind"].ToString().EndsWith("Role", StringComparison.Ordinal))
                .SelectMany(role => (YamlSequenceNode)role["rules"], (role, rule) => (role, rule))
                .SelectMany(r => r.rule["resources"].Strings(), (r, resource) =>
                    $"{r.role["kind"]} "
                    + $"{string.Join(",", r.rule["apiGroups"].Strings())}/{resource} {r.rule.At("resourceNames")?.Strings().Single()}: {string.Join(",", r.rule["verbs"].Strings())}"),
        ];
        Assert.That(rights, Is.EquivalentTo(new[]
        {
            "ClusterRole /pods : get,list,watch",
            "ClusterRole /nodes : get,list,watch",
            "ClusterRole scheduling.k8s.io/priorityclasses : get,list,watch",
            "ClusterRole policy/poddisruptionbudgets : get,list,watch",
            "ClusterRole scheduling.k8s.io/podgroups : get,list,watch",
            "ClusterRole scheduling.k8s.io/compositepodgroups : get,list,watch",
            "ClusterRole scheduling.run.ai,scheduling.volcano.sh,scheduling.x-k8s.io,scheduling.sigs.k8s.io/podgroups : get,list,watch",
            "ClusterRole scheduler.grove.io/podgangs : get,list,watch",
            "ClusterRole kai.scheduler,kueue.x-k8s.io/topologies : get,list,watch",
            "ClusterRole topology.volcano.sh/hypernodes : get,list,watch",
            "ClusterRole scheduling.koordinator.sh/clusternetworktopologies : get,list,watch",
            "ClusterRole scheduling.k8s.io/podgroups/status : patch",
            "ClusterRole scheduling.k8s.io/compositepodgroups/status : patch",
            "ClusterRole scheduler.grove.io/podgangs/status : patch",
            "ClusterRole scheduling.run.ai/podgroups/status : patch",
            "ClusterRole scheduling.run.ai,scheduling.volcano.sh,scheduling.sigs.k8s.io/podgroups : patch",
            "ClusterRole /pods/binding : create",
            "ClusterRole /pods/eviction : create",
            "ClusterRole /nodes : patch",
            "ClusterRole resource.k8s.io/resourceclaims : get,list,watch",
            "ClusterRole resource.k8s.io/resourceslices : get,list,watch",
            "ClusterRole resource.k8s.io/deviceclasses : get,list,watch",
            "ClusterRole resource.k8s.io/resourceclaims : patch",
            "ClusterRole resource.k8s.io/resourceclaims/status : patch",
            "ClusterRole resource.k8s.io/resourceclaims/binding : patch",
            "ClusterRole /persistentvolumeclaims : get,list,watch",
            "ClusterRole /persistentvolumes : get,list,watch",
            "ClusterRole storage.k8s.io/storageclasses : get,list,watch",
            "ClusterRole /persistentvolumeclaims : patch",
            "ClusterRole /persistentvolumes : patch",
            "ClusterRole /pods/status : patch,update",
            "ClusterRole events.k8s.io/events : create,patch,update",
            "Role coordination.k8s.io/leases : create",
            "Role coordination.k8s.io/leases gpuscheduler: get,patch,update",
        }));
        Assert.That(YamlFiles.Text("base/rbac.yaml"), Does.Not.Contain("*"));
    }

    [Test]
    public void The_configuration_is_valid_and_names_the_lease_that_the_role_grants()
    {
        (SchedulerConfiguration? configuration, ConfigurationErrors errors) =
            SchedulerConfigurationFile.Read("scheduler-config.yaml", YamlFiles.Text("base/scheduler-config.yaml"), BuiltInPlugins.Catalog);
        Assert.That(errors, Is.Empty);
        YamlNode role = YamlFiles.Object("base/rbac.yaml", "Role");
        Assert.That(configuration!.LeaderElection.ResourceName, Is.EqualTo(role.TextAt("rules/1/resourceNames/0")));
        Assert.That(configuration.LeaderElection.ResourceNamespace, Is.EqualTo(YamlFiles.Object("base/kustomization.yaml", "Kustomization").TextAt("namespace")));
        Assert.That(configuration.LeaderElection.ResourceNamespace, Is.EqualTo(YamlFiles.Object("base/namespace.yaml", "Namespace").TextAt("metadata/name")));
    }

    [Test]
    public void The_container_has_no_right_that_it_does_not_need()
    {
        YamlNode deployment = YamlFiles.Object(Deployment, "Deployment");
        Assert.Multiple(() =>
        {
            Assert.That(deployment.TextAt("spec/template/spec/securityContext/runAsNonRoot"), Is.EqualTo("true"));
            Assert.That(deployment.TextAt("spec/template/spec/securityContext/seccompProfile/type"), Is.EqualTo("RuntimeDefault"));
            Assert.That(deployment.TextAt(Container + "securityContext/allowPrivilegeEscalation"), Is.EqualTo("false"));
            Assert.That(deployment.TextAt(Container + "securityContext/readOnlyRootFilesystem"), Is.EqualTo("true"));
            Assert.That(deployment.At(Container + "securityContext/capabilities/drop")!.Strings(), Is.EqualTo(new[] { "ALL" }));
            Assert.That(deployment.At(Container + "resources/limits/cpu"), Is.Null, "a leader that is throttled loses its Lease");
            Assert.That(deployment.TextAt(Container + "resources/limits/memory"), Is.Not.Null);
        });
    }

    [Test]
    public void Ports_flags_and_probes_are_those_of_the_server()
    {
        YamlNode deployment = YamlFiles.Object(Deployment, "Deployment");
        Dictionary<string, string> flags = deployment.At(Container + "args")!.Strings().Skip(1).Select(a => a.Split('=', 2)).ToDictionary(a => a[0], a => a[1]);
        Assert.That(flags.Keys, Is.EquivalentTo(new[] { "--config", "--metrics-address", "--debug-address", "--log-format" }));
        Assert.That(ServerAddress.TryParse(flags["--metrics-address"], "", out ServerAddress? serving, out _));
        Assert.That(ServerAddress.TryParse(flags["--debug-address"], "", out ServerAddress? debug, out _));
        Assert.That(serving, Is.EqualTo(new ServerOptions().ServingAddress));
        Assert.That(debug, Is.EqualTo(new ServerOptions().DebugAddress));
        Assert.That(Enum.TryParse<LogFormat>(flags["--log-format"], ignoreCase: true, out _));
        Assert.That(deployment.TextAt(Container + "ports/0/containerPort"), Is.EqualTo($"{ServerOptions.DefaultServingPort}"));
        Assert.That(YamlFiles.Object("base/service.yaml", "Service").TextAt("spec/ports/0/port"), Is.EqualTo($"{ServerOptions.DefaultServingPort}"));
        Assert.That(deployment.TextAt(Container + "livenessProbe/httpGet/path"), Is.EqualTo("/livez"));
        Assert.That(deployment.TextAt(Container + "readinessProbe/httpGet/path"), Is.EqualTo("/readyz"));
    }

    [Test]
    public void Every_metric_of_an_alert_exists()
    {
        string manual = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operations.md"));
        YamlNode rules = YamlFiles.Object("components/prometheus/prometheusrule.yaml", "PrometheusRule");
        string[] metrics = [.. ((YamlSequenceNode)rules.At("spec/groups/0/rules")!).SelectMany(r => Names(r["expr"].ToString())).Distinct()];
        Assert.That(metrics, Has.Length.GreaterThan(5));
        Assert.That(metrics.Where(m => !manual.Contains($"| `{m}`", StringComparison.Ordinal) && !manual.Contains($"| `{m}{{", StringComparison.Ordinal)), Is.Empty);
    }

    private static IEnumerable<string> Names(string expression) => expression.Split(' ', '(', ')', '{', '[', ',')
        .Where(w => w.StartsWith("scheduler_", StringComparison.Ordinal) || w.StartsWith("gpuscheduler_", StringComparison.Ordinal))
        .Select(w => w.Replace("_bucket", "", StringComparison.Ordinal));
}
