using CsCheck;

namespace GpuScheduler.Cluster.Tests;

public sealed class PodRequestsTests
{
    private static Container Plain(long cpu) => new() { Requests = ResourceList.Of(("cpu", cpu)) };

    private static Container Sidecar(long cpu) => Plain(cpu) with { IsSidecar = true };

    private static long Cpu(PodSpec spec) => PodRequests.Effective(spec)["cpu"];

    [Test]
    public void Containers_add_up_by_resource()
    {
        PodSpec spec = new()
        {
            Containers =
            [
                new() { Requests = ResourceList.Of(("cpu", 100), ("memory", 10)) },
                new() { Requests = ResourceList.Of(("cpu", 200), ("nvidia.com/gpu", 1)) },
            ],
        };
        Assert.That(PodRequests.Effective(spec), Is.EqualTo(ResourceList.Of(("cpu", 300), ("memory", 10), ("nvidia.com/gpu", 1))));
    }

    [Test]
    public void The_largest_init_container_counts_where_it_exceeds_the_containers()
    {
        Assert.That(Cpu(new() { Containers = [Plain(300)], InitContainers = [Plain(500), Plain(400)] }), Is.EqualTo(500));
        Assert.That(Cpu(new() { Containers = [Plain(600)], InitContainers = [Plain(500), Plain(400)] }), Is.EqualTo(600));
    }

    [Test]
    public void An_init_container_runs_beside_the_sidecars_before_it_only()
    {
        Assert.That(Cpu(new() { Containers = [Plain(100)], InitContainers = [Sidecar(50), Plain(500)] }), Is.EqualTo(550));
        Assert.That(Cpu(new() { Containers = [Plain(100)], InitContainers = [Plain(500), Sidecar(50)] }), Is.EqualTo(500));
        Assert.That(Cpu(new() { Containers = [Plain(100)], InitContainers = [Sidecar(50), Plain(10), Sidecar(60), Plain(20)] }), Is.EqualTo(210));
        Assert.That(Cpu(new() { Containers = [Plain(1)], InitContainers = [Sidecar(50), Plain(300), Sidecar(60), Plain(260)] }), Is.EqualTo(370));
    }

    [Test]
    public void Pod_level_cpu_memory_and_huge_pages_replace_the_sum_and_overhead_comes_on_top()
    {
        PodSpec spec = new()
        {
            Containers = [new() { Requests = ResourceList.Of(("cpu", 900), ("nvidia.com/gpu", 2), ("ephemeral-storage", 7)) }],
            PodResources = ResourceList.Of(("cpu", 500), ("hugepages-2Mi", 4), ("ephemeral-storage", 99)),
            Overhead = ResourceList.Of(("cpu", 10), ("memory", 20)),
        };
        Assert.That(PodRequests.Effective(spec), Is.EqualTo(ResourceList.Of(
            ("cpu", 510), ("memory", 20), ("hugepages-2Mi", 4), ("nvidia.com/gpu", 2), ("ephemeral-storage", 7))));
    }

    [Test]
    public void Scoring_counts_a_default_for_each_container_that_names_no_amount()
    {
        PodSpec spec = new() { Containers = [new(), Plain(250), new() { Requests = ResourceList.Of(("cpu", 0), ("memory", 5)) }] };
        Assert.That(PodRequests.NonZero(spec), Is.EqualTo((350L, (400L << 20) + 5)));
        Assert.That(PodRequests.NonZero(new() { Containers = [Plain(10)], InitContainers = [new()] }), Is.EqualTo((100L, 200L << 20)));
    }

    [Test]
    public void Scoring_of_a_pod_with_pod_level_requests_defaults_only_what_the_pod_names_nowhere()
    {
        PodSpec spec = new() { Containers = [new(), new() { Requests = ResourceList.Of(("memory", 5)) }], PodResources = ResourceList.Of(("cpu", 50)) };
        Assert.That(PodRequests.NonZero(spec), Is.EqualTo((50L, 5L)));
        Assert.That(PodRequests.NonZero(spec with { Containers = [new(), new()] }), Is.EqualTo((50L, 400L << 20)));
    }

    [Test]
    public void Amounts_beyond_the_largest_integer_stay_the_largest()
    {
        Assert.That(Cpu(new() { Containers = [Plain(long.MaxValue), Plain(long.MaxValue)] }), Is.EqualTo(long.MaxValue));
    }

    // What is in use at each moment of the pod's life, counted one moment at a time.
    [Test]
    public void The_request_is_the_peak_over_the_pods_life()
    {
        Gen<(int Cpu, bool Sidecar)> container = Gen.Select(Gen.Int[0, 50], Gen.Bool);
        Gen.Select(container.Array[0, 6], Gen.Int[0, 50].Array[0, 3]).Sample((inits, mains) =>
        {
            long peak = 0;
            for (int i = 0; i < inits.Length; i++)
            {
                peak = Math.Max(peak, inits[i].Cpu + inits[..i].Where(c => c.Sidecar).Sum(c => c.Cpu));
            }

            peak = Math.Max(peak, mains.Sum() + inits.Where(c => c.Sidecar).Sum(c => c.Cpu));
            PodSpec spec = new()
            {
                InitContainers = [.. inits.Select(c => c.Sidecar ? Sidecar(c.Cpu) : Plain(c.Cpu))],
                Containers = [.. mains.Select(c => Plain(c))],
            };
            return Cpu(spec) == peak;
        });
    }
}
