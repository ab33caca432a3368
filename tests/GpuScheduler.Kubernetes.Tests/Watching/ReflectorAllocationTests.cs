using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Kubernetes.Tests;

[Parallelizable(ParallelScope.All)]
internal sealed class ReflectorAllocationTests
{
    [Test]
    public void An_event_allocates_nothing_beside_what_the_decoder_does()
    {
        // Both need more than one read buffer. Tests beside this one share the array pool: it may have to make one anew, but not every time.
        long few = Enumerable.Range(0, 5).Min(_ => AllocatedBy(40_000));
        long many = Enumerable.Range(0, 5).Min(_ => AllocatedBy(80_000));
        TestContext.Out.WriteLine($"{few} bytes for 40,000 events, {many} for 80,000");
        Assert.That((many - few) / 40_000.0, Is.LessThan(1), "bytes per event");
    }

    private static long AllocatedBy(int events)
    {
        StringBuilder watch = new();
        for (int i = 1; i <= events; i++)
        {
            watch.Append($"{{\"type\":\"MODIFIED\",\"object\":{{\"i\":{i}}}}}\n");
        }

        byte[] list = "{\"metadata\":{\"resourceVersion\":\"0\"},\"items\":[{\"i\":0}]}"u8.ToArray();
        using HttpClient client = new(new CannedAnswers(list, Encoding.UTF8.GetBytes(watch.ToString())));
        NumberCount count = new();
        Reflector<string> reflector = new(
            client, new Uri("http://localhost/"), new NumberDecoder(events), count, NoWatchObserver.Instance, new ReflectorOptions(), new FakeTimeProvider());
        using CancellationTokenSource stop = new();
        long before = GC.GetAllocatedBytesForCurrentThread();

        // The answers are there at once, so that all is done when the reflector first waits, after the end of the watch.
        _ = reflector.RunAsync(stop.Token);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(count.Updates, Is.EqualTo(events));
        stop.Cancel();
        return allocated;
    }
}
