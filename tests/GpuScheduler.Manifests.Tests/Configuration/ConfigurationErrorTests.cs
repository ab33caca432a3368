namespace GpuScheduler.Manifests.Tests;

/// <summary>The texts of errors, to the letter: they are the interface of a person with a mistake.</summary>
public sealed class ConfigurationErrorTests
{
    [Test]
    public void All_errors_of_a_file_come_at_once()
    {
        string[] errors = Configurations.Errors("""
            paralelism: 8
            percentageOfNodesToScore: 101
            podInitialBackoffSeconds: 20
            enableProfiling: "true"
            leaderElection:
              leaseDuration: 10s
              renewDeadline: 15s
              retryPeriod: 2
            clientConnection: {qps: many, burst: 1.5}
            profiles:
            - schedulerName: a
              plugins:
                filter:
                  enabled:
                  - name: NodeNames
                  - name: PrioritySort
                  - name: VolumeBinding
                  - name: EBSLimits
                  - name: Extra
                  - name: Extra
                  - name: "*"
                  disabled:
                  - name: Bogus
                multipoint: {}
            - schedulerName: a
              plugins: {queueSort: {disabled: [{name: PrioritySort}]}}
            """);
        Assert.That(errors, Is.EqualTo(new[]
        {
            "c.yaml:10:16: leaderElection.retryPeriod: \"2\" is not a duration; write a number with a unit, such as 15s, 5m or 1h30m",
            "c.yaml:8:18: leaderElection.leaseDuration: 10s is not longer than renewDeadline, 15s; raise the one or lower the other",
            "c.yaml:11:25: clientConnection.qps: \"many\" is not a number; write 0 or more",
            "c.yaml:11:38: clientConnection.burst: \"1.5\" is not a whole number; write one of at least 0",
            "c.yaml:6:18: enableProfiling: \"true\" is not a bool; remove the quotes",
            "c.yaml:4:27: percentageOfNodesToScore: 101 is out of range; write a whole number from 0 to 100",
            "c.yaml:25:15: profiles[0].plugins.filter.disabled[0].name: unknown plugin \"Bogus\"; remove it or correct its name",
            "c.yaml:17:15: profiles[0].plugins.filter.enabled[0].name: unknown plugin \"NodeNames\"; did you mean \"NodeName\"?",
            "c.yaml:18:15: profiles[0].plugins.filter.enabled[1].name: PrioritySort does not serve filter, only queueSort; remove it here",
            "c.yaml:19:15: profiles[0].plugins.filter.enabled[2].name: VolumeBinding is a kube-scheduler plugin that GpuScheduler does not have; remove it",
            "c.yaml:20:15: profiles[0].plugins.filter.enabled[3].name: EBSLimits was removed from kube-scheduler (NodeVolumeLimits took its place); remove it",
            "c.yaml:22:15: profiles[0].plugins.filter.enabled[5].name: Extra is enabled twice (first on line 21); remove one",
            "c.yaml:23:15: profiles[0].plugins.filter.enabled[6].name: \"*\" cannot be enabled, only disabled; name each plugin",
            "c.yaml:28:24: profiles[1].plugins.queueSort: no plugin would sort the queue; enable exactly one plugin there",
            "c.yaml:27:18: profiles[1].schedulerName: \"a\" is the name of profiles[0] too; give each profile its own",
            "c.yaml:1:1: podMaxBackoffSeconds: 10 is below podInitialBackoffSeconds, 20; raise the one or lower the other",
            "c.yaml:3:1: paralelism: unknown field \"paralelism\"; did you mean \"parallelism\"?",
            "c.yaml:26:5: profiles[0].plugins.multipoint: unknown field \"multipoint\"; did you mean \"multiPoint\"?",
        }));
    }

    [TestCase("parallelism: 0", "c.yaml:3:14: parallelism: 0 is out of range; write a whole number of at least 1")]
    [TestCase("parallelism: [1]", "c.yaml:3:14: parallelism: this is a list, not a whole number; write one of at least 1")]
    [TestCase("parallelism: '8'", "c.yaml:3:14: parallelism: \"8\" is not a whole number; remove the quotes")]
    [TestCase("profiles: []", "c.yaml:3:11: profiles: is empty; add a profile or remove profiles for the default one")]
    [TestCase("profiles: {}", "c.yaml:3:11: profiles: this is a map; write a list (- item)")]
    [TestCase("profiles: [default]", "c.yaml:3:12: profiles[0]: \"default\" is a string; write a map (key: value)")]
    [TestCase("profiles: [{schedulerName: 5}]", "c.yaml:3:28: profiles[0].schedulerName: 5 is a number, not a string; put it in quotes: \"5\"")]
    [TestCase("profiles: [{}, {schedulerName: b}]", "c.yaml:3:12: profiles[0].schedulerName: is required; add it")]
    [TestCase("leaderElection: {resourceLock: endpoints}", "c.yaml:3:32: leaderElection.resourceLock: \"endpoints\" is not supported; write leases")]
    [TestCase("leaderElection: {retryPeriod: 9s}", "c.yaml:3:17: leaderElection.renewDeadline: 10s is not longer than 1.2 times retryPeriod, 9s; raise the one or lower the other")]
    [TestCase("leaderElection: {retryPeriod: -1s}", "c.yaml:3:31: leaderElection.retryPeriod: \"-1s\" is too short; write at least 0.001s")]
    [TestCase("parallelism: 8\nparallelism: 9", "c.yaml:4:1: parallelism: \"parallelism\" is written twice (first on line 3); remove one")]
    [TestCase("profiles: [{plugins: {score: {enabled: [{name: Extra, weight: -1}]}}}]", "c.yaml:3:63: profiles[0].plugins.score.enabled[0].weight: -1 is out of range; write a whole number from 0 to 1000000")]
    [TestCase("profiles: [{plugins: {score: {enabled: [{name: Extra, weight: 1000001}]}}}]", "c.yaml:3:63: profiles[0].plugins.score.enabled[0].weight: 1000001 is out of range; write a whole number from 0 to 1000000")]
    [TestCase("profiles: [{plugins: {queueSort: {enabled: [{name: AgeSort}]}}}]", "c.yaml:3:34: profiles[0].plugins.queueSort: PrioritySort and AgeSort would sort the queue; enable exactly one plugin there")]
    [TestCase("profiles: [{plugins: {placementScore: {enabled: [{name: Extra}]}}}]", "c.yaml:3:57: profiles[0].plugins.placementScore.enabled[0].name: placementScore is an extension point of kube-scheduler that GpuScheduler does not have; remove Extra here")]
    [TestCase("profiles: [{pluginConfig: [{name: VolumeBinding, args: {}}]}]", "c.yaml:3:35: profiles[0].pluginConfig[0].name: VolumeBinding is a kube-scheduler plugin that GpuScheduler does not have; remove it")]
    [TestCase("profiles: [{pluginConfig: [{name: Picky, args: {mod: fast}}]}]", "c.yaml:3:49: profiles[0].pluginConfig[0].args.mod: unknown field \"mod\"; did you mean \"mode\"?")]
    [TestCase("profiles: [{pluginConfig: [{name: Picky, args: {minCandidateNodesPercentage: 200}}]}]", "c.yaml:3:78: profiles[0].pluginConfig[0].args.minCandidateNodesPercentage: 200 is out of range; write a whole number from 0 to 100")]
    [TestCase("profiles: [{pluginConfig: [{name: Picky, args: {minCandidateNodesPercentage: 13}}]}]", "c.yaml:3:48: profiles[0].pluginConfig[0].args: Picky refuses its arguments: 13 is unlucky")]
    [TestCase("profiles: [{pluginConfig: [{name: Picky, args: {kind: PickArgs}}]}]", "c.yaml:3:55: profiles[0].pluginConfig[0].args.kind: \"PickArgs\" is not read here; write PickyArgs")]
    [TestCase("profiles: [{pluginConfig: [{name: Picky, args: {resources: [{nam: x, name: y}]}}]}]", "c.yaml:3:62: profiles[0].pluginConfig[0].args.resources[0].nam: unknown field \"nam\"; did you mean \"name\"?")]
    [TestCase("profiles: [{pluginConfig: [{name: Picky}, {name: Picky}]}]", "c.yaml:3:50: profiles[0].pluginConfig[1].name: Picky is configured twice (first on line 3); make one of them")]
    [TestCase("profiles: [{schedulerName: a}, {schedulerName: b, plugins: {queueSort: {enabled: [{name: AgeSort}], disabled: [{name: PrioritySort}]}}}]", "c.yaml:3:72: profiles[1].plugins.queueSort: AgeSort differs from PrioritySort of profiles[0], and all profiles share one queue; enable the same plugin in all")]
    [TestCase("extenders: [{filterVerb: f}]", "c.yaml:3:13: extenders[0].urlPrefix: is required; add it")]
    [TestCase("extenders: [{urlPrefix: here}]", "c.yaml:3:25: extenders[0].urlPrefix: \"here\" is not a URL; write one such as http://127.0.0.1:8080/scheduler")]
    [TestCase("extenders: [{urlPrefix: 'http://a', prioritizeVerb: p}]", "c.yaml:3:13: extenders[0].weight: an extender with a prioritizeVerb needs a weight of at least 1; add it")]
    [TestCase("extenders: [{urlPrefix: 'http://a', bindVerb: b}, {urlPrefix: 'http://c', bindVerb: b}]", "c.yaml:3:85: extenders[1].bindVerb: extenders[0] binds already and only one may; remove one bindVerb")]
    [TestCase("extenders: [{urlPrefix: 'http://a', managedResources: [{name: a.com/b}]}, {urlPrefix: 'http://c', managedResources: [{name: a.com/b}]}]", "c.yaml:3:125: extenders[1].managedResources[0].name: a.com/b is managed at extenders[0].managedResources[0] already; keep one of them")]
    [TestCase("extenders: [{urlPrefix: 'http://a', managedResources: [{name: cpu}]}]", "c.yaml:3:63: extenders[0].managedResources[0].name: \"cpu\" is not an extended resource; write one such as example.com/foo")]
    public void An_error_names_place_path_and_mend(string body, string expected) =>
        Assert.That(Configurations.Errors(body), Is.EqualTo(new[] { expected }));

    [Test]
    public void A_file_of_another_kind_is_refused()
    {
        var (configuration, errors) = SchedulerConfigurationFile.Read("pod.yaml", "apiVersion: v1\nspec: {}\n", TestCatalog.Default);
        Assert.That(configuration, Is.Null);
        Assert.That(errors.Select(e => e.ToString()), Is.EqualTo(new[]
        {
            "pod.yaml:1:13: apiVersion: \"v1\" is not read here; write kubescheduler.config.k8s.io/v1",
            "pod.yaml:1:1: kind: is required; add kind: KubeSchedulerConfiguration",
            "pod.yaml:2:1: spec: unknown field \"spec\"; remove it",
        }));
    }

    [TestCase("", "c.yaml: the file is empty; write one document")]
    [TestCase("# nothing\n---\n", "c.yaml: the file is empty; write one document")]
    [TestCase("a: 1\n---\nb: 2\n", "c.yaml:3:1: the file has 2 documents; keep one")]
    [TestCase("hello", "c.yaml:1:1: \"hello\" is a string; write a map (key: value)")]
    public void A_file_without_one_document_is_refused(string text, string expected)
    {
        var (configuration, errors) = SchedulerConfigurationFile.Read("c.yaml", text, TestCatalog.Default);
        Assert.That(configuration, Is.Null);
        Assert.That(errors.Select(e => e.ToString()), Is.EqualTo(new[] { expected }));
    }

    [Test]
    public void Extenders_and_all_other_fields_are_read()
    {
        var configuration = Configurations.Read("""
            extenders:
            - urlPrefix: https://example.com/ext/
              filterVerb: filter
              prioritizeVerb: prioritize
              weight: 5
              bindVerb: bind
              enableHTTPS: true
              tlsConfig: {insecure: true, serverName: s, caData: Zm9v}
              httpTimeout: 250ms
              nodeCacheCapable: true
              ignorable: true
              managedResources: [{name: example.com/foo, ignoredByScheduler: true}]
            - urlPrefix: http://example.com
            """);
        var extender = configuration.Extenders[0];
        Assert.That(extender with { ManagedResources = [] }, Is.EqualTo(new Framework.ExtenderConfiguration
        {
            UrlPrefix = "https://example.com/ext/",
            FilterVerb = "filter",
            PrioritizeVerb = "prioritize",
            Weight = 5,
            BindVerb = "bind",
            EnableHttps = true,
            TlsConfig = new() { Insecure = true, ServerName = "s", CaData = "Zm9v" },
            HttpTimeout = TimeSpan.FromMilliseconds(250),
            NodeCacheCapable = true,
            Ignorable = true,
        }));
        Assert.That(extender.ManagedResources, Is.EqualTo(new[] { new Framework.ExtenderManagedResource("example.com/foo", true) }));
        Assert.That(configuration.Extenders[1].HttpTimeout, Is.EqualTo(TimeSpan.FromSeconds(5)));
    }
}
