using System.Text;
using GpuScheduler.Cluster;

namespace GpuScheduler.Kubernetes.Tests;

[TestFixture]
public sealed class PriorityClassTests
{
    private readonly PriorityClassDirectory _directory = new();

    [Test]
    public void A_class_is_found_by_name_as_long_as_it_is_there()
    {
        PriorityClass quiet = Decode("""{"metadata":{"name":"quiet","uid":"u","resourceVersion":"7"},"value":-3,"preemptionPolicy":"Never"}""");
        Assert.That((quiet.Value, quiet.PreemptionPolicy, quiet.IsGlobalDefault, quiet.ResourceVersion), Is.EqualTo((-3, PreemptionPolicy.Never, false, "7")));
        _directory.OnAdded(quiet);
        Assert.That(_directory.Find("quiet"), Is.SameAs(quiet));
        _directory.OnDeleted(quiet);
        Assert.That(_directory.Find("quiet"), Is.Null);
    }

    [Test]
    public void Who_names_no_class_has_the_default_of_the_smallest_value()
    {
        Assert.That(_directory.Find(""), Is.Null);
        foreach (string text in (string[])["""{"metadata":{"name":"a"},"value":9,"globalDefault":true}""", """{"metadata":{"name":"b"},"value":5,"globalDefault":true}""", """{"metadata":{"name":"c"},"value":1}"""])
        {
            _directory.OnAdded(Decode(text));
        }

        Assert.That(_directory.Find("")?.Name, Is.EqualTo("b"));
    }

    [TestCase("""{"metadata":{},"value":9}""")]
    [TestCase("""{"metadata":{"name":"a"},"value":"many"}""")]
    [TestCase("""{"metadata":{"name":"a"},"value":1,"preemptionPolicy":"Perhaps"}""")]
    public void What_is_no_class_is_refused_with_the_resource_named(string text) =>
        Assert.That(() => Decode(text), Throws.InstanceOf<ObjectDecodeException>().With.Message.StartsWith("priorityclasses"));

    private static PriorityClass Decode(string json) => new PriorityClassDecoder().DecodeJson(Encoding.UTF8.GetBytes(json));
}
