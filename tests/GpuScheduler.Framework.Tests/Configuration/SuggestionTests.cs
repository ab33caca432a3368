namespace GpuScheduler.Framework.Tests;

public sealed class SuggestionTests
{
    private static readonly string[] Names = ["NodeName", "NodePorts", "NodeAffinity", "TaintToleration", "qps"];

    [TestCase("NodeNmae", "NodeName")]
    [TestCase("nodename", "NodeName")]
    [TestCase("NodePort", "NodePorts")]
    [TestCase("TaintTolerations", "TaintToleration")]
    [TestCase("qsp", "qps")]
    [TestCase("VolumeBinding", null)]
    [TestCase("x", null)]
    [TestCase("", null)]
    public void The_nearest_name_is_suggested_where_one_is_near(string written, string? expected) =>
        Assert.That(Suggestion.For(written, Names), Is.EqualTo(expected));

    [Test]
    public void Absurdly_long_words_cost_nothing() => Assert.That(Suggestion.For(new string('a', 10_000_000), Names), Is.Null);
}
