using CsCheck;

namespace GpuScheduler.Cluster.Tests;

public sealed class DeviceRequestTests
{
    private static readonly Gen<DeviceRequest> Requests = Gen.OneOf(
        Gen.Int[1, 1000].Select(m => new DeviceRequest { Count = 1, Milli = m }),
        Gen.Int[1, 90_000].Select(m => new DeviceRequest { Count = 1, MemoryMiB = m }),
        Gen.Select(Gen.Int[1, 1000], Gen.Int[1, 90_000], (c, m) => new DeviceRequest { Count = 1, Milli = c, MemoryMiB = m }));

    [Test]
    public void Shares_and_amounts_of_memory_together_never_oversell_memory_while_compute_is_not_oversold() =>
        Gen.Select(Gen.OneOf(Gen.Int[0, 100], Gen.Int[0, 90_000], Gen.Int[0, int.MaxValue]), Requests.Array[0, 40]).Sample((memory, requests) =>
        {
            long milli = 0, used = 0;
            foreach (DeviceRequest request in requests)
            {
                if (request.TryShareOf(memory, out DeviceShare share) && milli + share.Milli <= Device.FullMilli)
                {
                    milli += share.Milli;
                    used += share.MemoryMiB;
                    Assert.That(share.Milli, Is.InRange(1, Device.FullMilli));
                    Assert.That(share.MemoryMiB, Is.GreaterThanOrEqualTo(request.MemoryMiB));
                }
            }

            Assert.That(used, Is.LessThanOrEqualTo(memory));
        });

    [TestCase(1001, 0)]
    [TestCase(65_536 + 500, 0)]
    [TestCase(-1, 0)]
    [TestCase(0, 41)]
    [TestCase(0, -1)]
    public void What_no_device_can_serve_has_no_share(int milli, int memoryMiB) =>
        Assert.That(new DeviceRequest { Count = 1, Milli = milli, MemoryMiB = memoryMiB }.TryShareOf(40, out _), Is.False);

    [Test]
    public void A_whole_device_is_all_of_it()
    {
        Assert.That(new DeviceRequest { Count = 1, Milli = 1000 }.TryShareOf(81_559, out DeviceShare share));
        Assert.That(share, Is.EqualTo(new DeviceShare(1000, 81_559)));
        Assert.That(new DeviceRequest { Count = 1, MemoryMiB = 81_559 }.TryShareOf(81_559, out share));
        Assert.That(share, Is.EqualTo(new DeviceShare(1000, 81_559)));
    }
}
