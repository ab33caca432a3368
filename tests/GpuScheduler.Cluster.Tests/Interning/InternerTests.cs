namespace GpuScheduler.Cluster.Tests;

public sealed class InternerTests
{
    [Test]
    public void Threads_that_intern_at_once_agree_on_numbers_and_read_back_their_values()
    {
        Interner<string> interner = new(StringComparer.Ordinal);
        Parallel.For(0, 4, thread =>
        {
            for (int i = 0; i < 5000; i++)
            {
                string value = $"v{(i * (thread + 1)) % 3001}";
                int id = interner.Intern(value);
                if (interner[id] != value || interner.Count <= id || !interner.TryFind(value, out int again) || again != id)
                {
                    throw new AssertionException($"{value} has number {id}, which means {interner[id]}");
                }
            }
        });
        Assert.That(interner.Count, Is.EqualTo(3001));
        Assert.That(Enumerable.Range(0, 3001).Select(i => interner[i]).Distinct().Count(), Is.EqualTo(3001));
    }

    [Test]
    public void Numbers_run_from_zero_in_order_of_first_sight()
    {
        Interner<string> interner = new();
        Assert.That(new[] { "b", "a", "b", "c" }.Select(interner.Intern), Is.EqualTo(new[] { 0, 1, 0, 2 }));
        Assert.That(interner.TryFind("d", out _), Is.False);
        Assert.That(interner.Count, Is.EqualTo(3));
    }

    [Test]
    public void Every_class_that_is_counted_can_be_read_while_others_intern()
    {
        PodClassTable classes = new(new Vocabulary());
        bool over = false;
        Task reader = Task.Run(() =>
        {
            while (!Volatile.Read(ref over))
            {
                int last = classes.Count - 1;
                if (last >= 0 && classes[last]?.Id != last)
                {
                    throw new AssertionException($"class {last} is counted but not there");
                }
            }
        });
        Parallel.For(0, 20_000, i => classes.Intern(new PodSpec { NodeName = $"n{i}" }));
        Volatile.Write(ref over, true);
        Assert.That(async () => await reader, Throws.Nothing);
    }
}
