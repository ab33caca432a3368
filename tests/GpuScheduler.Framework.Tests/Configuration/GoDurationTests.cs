using CsCheck;

namespace GpuScheduler.Framework.Tests;

public sealed class GoDurationTests
{
    [TestCase("0", 0)]
    [TestCase("15s", 15_000)]
    [TestCase("1m30s", 90_000)]
    [TestCase("1.5h", 5_400_000)]
    [TestCase("-2s", -2_000)]
    [TestCase("+250ms", 250)]
    [TestCase(".5s", 500)]
    [TestCase("1000000ns", 1)]
    [TestCase("3000us", 3)]
    [TestCase("3000µs", 3)]
    public void What_go_writes_is_read(string text, double milliseconds)
    {
        Assert.That(GoDuration.TryParse(text, out TimeSpan duration), Is.True);
        Assert.That(duration, Is.EqualTo(TimeSpan.FromMilliseconds(milliseconds)));
    }

    [TestCase("")]
    [TestCase("15")]
    [TestCase("s")]
    [TestCase("-")]
    [TestCase("15 s")]
    [TestCase("1d")]
    [TestCase("1..5s")]
    [TestCase("99999999999h")]
    [TestCase("99999999999999999999999999999999999999h")]
    [TestCase("1s-1s")]
    public void Anything_else_is_refused(string text) => Assert.That(GoDuration.TryParse(text, out _), Is.False);

    [TestCase("15s")]
    [TestCase("1m30s")]
    [TestCase("1h")]
    [TestCase("0s")]
    [TestCase("-1h0.5s")]
    public void Text_is_the_usual_one(string text)
    {
        Assert.That(GoDuration.TryParse(text, out TimeSpan duration), Is.True);
        Assert.That(GoDuration.Format(duration), Is.EqualTo(text));
    }

    [Test]
    public void Every_duration_reads_back_as_it_was_written() =>
        Gen.Long[-long.MaxValue / 100 + 1, long.MaxValue / 100 - 1].Select(TimeSpan.FromTicks)
            .Sample(d => GoDuration.TryParse(GoDuration.Format(d), out TimeSpan read) && read == d);
}
