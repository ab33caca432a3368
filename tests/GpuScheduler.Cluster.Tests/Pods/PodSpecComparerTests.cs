using System.Collections;
using System.Collections.Immutable;
using System.Reflection;

namespace GpuScheduler.Cluster.Tests;

/// <summary>Changes every property that a spec reaches, one at a time, by reflection: a new one cannot be forgotten.</summary>
public sealed class PodSpecComparerTests
{
    /// <summary>Words for messages; what is asked does not depend on them.</summary>
    private static readonly string[] Immaterial = ["Devices.Source"];

    private static IEnumerable<TestCaseData<PodSpec>> Changed => Variants(Full(), "")
        .Where(v => !Immaterial.Contains(v.Path))
        .Select(v => new TestCaseData<PodSpec>((PodSpec)v.Value).SetArgDisplayNames(v.Path));

    [Test]
    public void Specs_made_apart_with_the_same_content_share_a_class()
    {
        PodClassTable classes = new(new Vocabulary());
        foreach (Func<PodSpec> make in (Func<PodSpec>[])[Full, () => new PodSpec()])
        {
            (PodSpec one, PodSpec two) = (make(), make());
            Assert.That(one, Is.Not.SameAs(two));
            Assert.That(classes.Intern(one), Is.SameAs(classes.Intern(two)));
        }

        Assert.That(classes.Count, Is.EqualTo(2));
    }

    [TestCaseSource(nameof(Changed))]
    public void A_spec_that_differs_in_one_place_is_another_class(PodSpec changed)
    {
        PodClassTable classes = new(new Vocabulary());
        Assert.That(classes.Intern(changed), Is.Not.SameAs(classes.Intern(Full())));
        Assert.That(classes.Intern(Full()), Is.Not.SameAs(classes.Intern(changed)));
    }

    [Test]
    public void Every_property_of_a_spec_is_changed_by_these_tests()
    {
        string[] changed = [.. Variants(Full(), "").Select(v => v.Path)];
        Assert.That(
            typeof(PodSpec).GetProperties().Where(p => p.CanWrite).Select(p => p.Name),
            Is.All.Matches<string>(name => changed.Any(c => c == name || c.StartsWith(name + ".") || c.StartsWith(name + "["))));
        Assert.That(changed, Has.Length.GreaterThan(50).And.Member("NodeAffinity.Required[0].MatchFields[0].Values[0]"));
    }

    private static PodSpec Full() => new()
    {
        Namespace = "ns",
        SchedulerName = "scheduler",
        NodeName = "node",
        Containers = [Filled("a"), Filled("b")],
        InitContainers = [Filled("c")],
        PodResources = ResourceList.Of(("cpu", 5)),
        Overhead = ResourceList.Of(("cpu", 6)),
        NodeSelector = LabelSet.Of(("k", "v")),
        NodeAffinity = new NodeAffinity { Required = [Term()], Preferred = [new PreferredSchedulingTerm(3, Term())] },
        Tolerations = [new Toleration("key", TolerationOperator.Equal, "value", TaintEffect.NoExecute)],
        Devices = new DeviceRequest { Count = 1, Milli = 200, MemoryMiB = 1, Models = ["A100"], ModelsLike = ["A"], ModelsUnlike = ["40GB"], Source = "test" },
        Volumes = new VolumeNeeds
        {
            Problem = "lost",
            Reachable = [[Term()]],
            Zones = [new VolumeZone("zone", ["a"])],
            Unbound = [new VolumeDemand { SelectedNode = "n", Candidates = [new VolumeCandidate(1, [Term()])], Provisioned = [Term()] }],
        },
    };

    private static Container Filled(string name) => new()
    {
        Name = name,
        Image = "image",
        Requests = ResourceList.Of(("cpu", 1), ("memory", 2)),
        HostPorts = [new HostPort("0.0.0.0", "TCP", 80)],
    };

    private static NodeSelectorTerm Term() => new()
    {
        MatchExpressions = [new NodeSelectorRequirement("zone", NodeSelectorOperator.In, ["a", "b"])],
        MatchFields = [new NodeSelectorRequirement("metadata.name", NodeSelectorOperator.In, ["n"])],
    };

    /// <summary>All values that differ from <paramref name="value"/> in one place, with the path of that place.</summary>
    private static IEnumerable<(string Path, object Value)> Variants(object value, string path)
    {
        switch (value)
        {
            case string text:
                return [(path, text + "!")];
            case int number:
                return [(path, number + 1)];
            case bool flag:
                return [(path, !flag)];
            case Enum choice:
                return Enum.GetValues(choice.GetType()).Cast<object>().Where(o => !o.Equals(choice)).Select(o => (path, o));
            case ResourceList list:
                return [(path, list.Plus(ResourceList.Of(("cpu", 1)))), (path, list.Plus(ResourceList.Of(("example.com/new", 1)))), (path, ResourceList.Empty)];
            case ImmutableSortedDictionary<string, string> labels:
                return [(path, labels.SetItem("k", "w")), (path, labels.SetItem("l", "v")), (path, labels.Clear())];
            case IList list when value.GetType().IsGenericType && value.GetType().GetGenericTypeDefinition() == typeof(ImmutableArray<>):
                return VariantsOfArray(list, path);
            case not null when value.GetType().Namespace == typeof(PodSpec).Namespace:
                return VariantsOfRecord(value, path);
            default:
                throw new AssertionException($"{path}: these tests do not know how to change a {value?.GetType()}");
        }
    }

    private static IEnumerable<(string Path, object Value)> VariantsOfRecord(object record, string path)
    {
        foreach (PropertyInfo property in record.GetType().GetProperties().Where(p => p.CanWrite))
        {
            string place = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
            object old = property.GetValue(record) ?? throw new AssertionException($"{place} is null: fill it in Full()");
            bool isNullable = new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;
            foreach ((string inner, object? changed) in Variants(old, place).Concat(isNullable ? [(place, null!)] : []))
            {
                object copy = record.GetType().GetMethod("<Clone>$")!.Invoke(record, null)!;
                property.SetValue(copy, changed);
                yield return (inner, copy);
            }
        }
    }

    private static IEnumerable<(string Path, object Value)> VariantsOfArray(IList array, string path)
    {
        Type item = array.GetType().GetGenericArguments()[0];
        object Of(IEnumerable<object?> items)
        {
            Array typed = Array.CreateInstance(item, items.Count());
            items.ToArray().CopyTo(typed, 0);
            return typeof(Arrays).GetMethod(nameof(Arrays.Of))!.MakeGenericMethod(item).Invoke(null, [typed])!;
        }

        object?[] items = [.. array.Cast<object?>()];
        yield return (path, Of(items.Skip(1)));
        yield return (path, Of(items.Append(items[0])));
        for (int i = 0; i < items.Length; i++)
        {
            foreach ((string inner, object changed) in Variants(items[i]!, $"{path}[{i}]"))
            {
                yield return (inner, Of(items.Select((old, at) => at == i ? changed : old)));
            }
        }
    }

    private static class Arrays
    {
        public static ImmutableArray<T> Of<T>(T[] items) => [.. items];
    }
}
