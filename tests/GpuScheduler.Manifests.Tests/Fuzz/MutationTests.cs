using System.Text;
using CsCheck;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests.Tests;

/// <summary>Whatever is done to a valid file, reading it ends in a result or in errors, one or the other, and never in an exception.</summary>
public sealed class MutationTests
{
    private const string Splices = "{}[]:,-&*!|>'\"%@`#?~<\n\t 0159aeN\\u/.$\u00e9\u0000\uFEFF";

    private static readonly string Configuration = File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "scheduler-config.yaml"));

    private static readonly string Manifest = Clusters.NodeText(
        "labels: {nvidia.com/gpu.count: '8', nvidia.com/gpu.product: H100}\nannotations: {gpuscheduler.dev/devices: '[{\"model\":\"T4\",\"index\":0}]'}", "cpu: 8, nvidia.com/gpu: 1")
        + "\n---\n" + Clusters.PodText("nodeName: n\ntolerations: [{operator: Exists}]\nnodeSelector: &x {a: b}\noverhead: {cpu: 1m}", "labels: {a: b}", "{phase: Running}");

    private static readonly string Dump = """
        {"apiVersion":"v1","kind":"List","items":[
         {"apiVersion":"v1","kind":"Node","metadata":{"name":"n","annotations":{"hami.io/node-nvidia-register":"[{\"id\":\"a\",\"type\":\"T4\",\"health\":true}]"}},"status":{"allocatable":{"cpu":"8"}}},
         {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"replicas":2,"template":{"spec":{"containers":[{"name":"c"}]}}}},
         {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"nodeName":"n","containers":[{"name":"c","resources":{"limits":{"cpu":"1"}}}]},"status":{"phase":"Running"}}]}
        """;

    /// <summary>Where to cut, how much, and what to put there; several times over.</summary>
    private static readonly Gen<(double At, int Length, string Splice)[]> Mutations =
        Gen.Select(Gen.Double[0, 1], Gen.Int[0, 12], Gen.Char[Splices].Array[0, 4].Select(c => new string(c))).Array[1, 4];

    [Test]
    public void A_mutated_configuration_gives_a_result_or_errors() =>
        Mutations.Sample(
            mutations =>
            {
                (SchedulerConfiguration? configuration, ConfigurationErrors errors) =
                    SchedulerConfigurationFile.Read("c.yaml", Mutate(Configuration, mutations), TestCatalog.Default);
                return configuration is null == errors.Count > 0;
            },
            iter: 3000);

    [Test]
    public void A_mutated_manifest_gives_a_result_or_errors() => Mutations.Sample(m => ReadsOrFails("m.yaml", Mutate(Manifest, m)), iter: 5000);

    [Test]
    public void A_mutated_dump_gives_a_result_or_errors() => Mutations.Sample(m => ReadsOrFails("m.json", Mutate(Dump, m)) && ReadsOrFails("-", Mutate(Dump, m)), iter: 5000);

    [Test]
    public void Any_text_gives_a_result_or_errors() =>
        Gen.Char[Splices].Array[0, 40].Select(c => new string(c)).Sample(text => ReadsOrFails("m.yaml", text) && ReadsOrFails("m.json", text), iter: 20_000);

    [Test]
    public void A_file_cut_short_gives_a_result_or_errors([Values] bool isJson)
    {
        string text = isJson ? Dump : Manifest;
        for (int length = 0; length < text.Length; length++)
        {
            Assert.That(ReadsOrFails("m", text[..length]), $"at {length}");
        }
    }

    private static bool ReadsOrFails(string name, string text)
    {
        ConfigurationErrors errors = [];
        return ManifestReader.Read([ManifestFile.Of(name, text)], errors) is null == errors.Count > 0
            && errors.All(e => e.File == name && e.Message.Length > 0);
    }

    private static string Mutate(string text, (double At, int Length, string Splice)[] mutations)
    {
        StringBuilder mutated = new(text);
        foreach ((double at, int length, string splice) in mutations)
        {
            int start = (int)(at * mutated.Length);
            mutated.Remove(start, Math.Min(length, mutated.Length - start)).Insert(start, splice);
        }

        return mutated.ToString();
    }
}
