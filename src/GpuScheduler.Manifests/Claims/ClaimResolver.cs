using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests;

/// <summary>
/// Makes requests for devices of claims. Selectors are evaluated here, once for each kind of device there is, and become the models that are allowed: decisions know
/// models alone. One thread.
/// </summary>
public sealed class ClaimResolver(DeviceInventory inventory)
{
    private const string Elsewhere = "or name another scheduler in the pod";

    private readonly DeviceExpressions _expressions = new();
    private readonly Dictionary<string, DeviceClass> _classes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (ImmutableArray<string> Models, string Problem)> _known = new(StringComparer.Ordinal);
    private int _kindsVersion = -1;

    /// <summary>The class of this name; null: there is none (yet).</summary>
    public DeviceClass? Find(string name) => _classes.GetValueOrDefault(name);

    public void Set(DeviceClass deviceClass)
    {
        _classes[deviceClass.Name] = deviceClass;
        _known.Clear();
    }

    public void RemoveClass(string name)
    {
        _classes.Remove(name);
        _known.Clear();
    }

    /// <summary>What these claims ask together, none of which is allocated.</summary>
    public ClaimedDevices Resolve(IReadOnlyCollection<ResourceClaim> claims)
    {
        List<string> problems = [];
        List<string> sources = [];
        (string Name, ImmutableArray<string> Models)? first = null;
        long count = 0;
        foreach (ResourceClaim claim in claims)
        {
            problems.AddRange(claim.Problems.Select(p => $"{claim}: {p}"));
            foreach (ClaimRequest request in claim.Problems.IsEmpty ? claim.Requests : [])
            {
                string name = $"{claim}: {request.Path}";
                (ImmutableArray<string> models, string problem) = ModelsOf(request);
                if (problem.Length > 0)
                {
                    problems.Add($"{name}{problem}");
                    continue;
                }

                if (first is { } other && !other.Models.AsSpan().SequenceEqual(models.AsSpan()))
                {
                    problems.Add($"{name} allows other models of GPUs than {other.Name}, and a pod's devices are all alike here; ask for the same in both, or make two pods of it");
                }

                first ??= (name, models);
                count += request.Count;
                sources.Add($"{claim.Namespace}/{claim.Name}:{request.Name}={request.Count}");
            }
        }

        if (count > Device.MaxPerNode)
        {
            problems.Add($"{string.Join(" and ", claims)}: {count} devices are more than a node can have; ask for 1 to {Device.MaxPerNode}, and spread the rest over more pods");
        }

        return problems.Count > 0 || count == 0 ? new ClaimedDevices(DeviceRequest.None, [.. problems]) : new ClaimedDevices(
            new DeviceRequest
            {
                Count = (int)count,
                Milli = Device.FullMilli,
                Models = first!.Value.Models,
                Form = DeviceRequestForm.Claim,
                Source = string.Join(", ", sources),
            },
            []);
    }

    /// <summary>The models that a request allows, sorted; one that no device can have where it allows none of those that there are.</summary>
    private (ImmutableArray<string> Models, string Problem) ModelsOf(ClaimRequest request)
    {
        if (!_classes.TryGetValue(request.DeviceClass, out DeviceClass? deviceClass))
        {
            return ([], $".deviceClassName: there is no DeviceClass \"{request.DeviceClass}\"; create it, or correct the name");
        }

        if (!deviceClass.Problems.IsEmpty)
        {
            return ([], $".deviceClassName: DeviceClass {deviceClass.Name}: {string.Join("; ", deviceClass.Problems)}");
        }

        if (_kindsVersion != inventory.KindsVersion)
        {
            _known.Clear();
            _kindsVersion = inventory.KindsVersion;
        }

        string key = string.Join('\n', request.Selectors.Prepend(request.DeviceClass));
        if (!_known.TryGetValue(key, out (ImmutableArray<string> Models, string Problem) known))
        {
            _known.Add(key, known = Evaluate(deviceClass, request.Selectors));
        }

        return known;
    }

    private (ImmutableArray<string> Models, string Problem) Evaluate(DeviceClass deviceClass, ImmutableArray<string> selectors)
    {
        (string Expression, string Place)[] all =
        [
            .. deviceClass.Selectors.Select((e, i) => (e, $".deviceClassName: DeviceClass {deviceClass.Name}: spec.selectors[{i}]")),
            .. selectors.Select((e, i) => (e, $".selectors[{i}]")),
        ];
        foreach ((string expression, string place) in all)
        {
            if (SliceDevice.Identities.FirstOrDefault(i => Names(expression, i)) is { } identity)
            {
                return ([], $"{place}.cel.expression: devices are not chosen by their {identity} here; select by type, productName or memory, {Elsewhere}");
            }
        }

        SortedDictionary<string, (SliceDevice? In, SliceDevice? Out)> models = new(StringComparer.Ordinal);
        SliceDevice? odd = null;
        foreach (SliceDevice device in inventory.Kinds.OrderBy(d => d.Id.ToString(), StringComparer.Ordinal))
        {
            bool matches = Matches(all, device, out string failure);
            if (device.Oddity.Length > 0)
            {
                odd ??= matches && failure.Length == 0 ? device : null;
                continue;
            }

            if (failure.Length > 0)
            {
                return ([], failure);
            }

            (SliceDevice? inside, SliceDevice? outside) = models.GetValueOrDefault(device.Model);
            models[device.Model] = matches ? (inside ?? device, outside) : (inside, outside ?? device);
        }

        foreach ((string model, (SliceDevice? inside, SliceDevice? outside)) in models)
        {
            if (inside is not null && outside is not null)
            {
                return ([], $": its selectors tell GPUs of the model {model} apart ({inside.Id} matches, {outside.Id} does not), and models are all that is told apart here; select whole models, {Elsewhere}");
            }
        }

        string[] allowed = [.. models.Where(m => m.Value.In is not null).Select(m => m.Key)];
        return allowed.Length == 0 && odd is not null
            ? ([], $": of the devices that match {odd.Id} {odd.Oddity}, and none is a whole GPU, which alone are handed out here; correct the selectors, {Elsewhere}")
            : (allowed.Length == 0 ? ["(none that ResourceSlices have)"] : [.. allowed], "");
    }

    /// <summary>All must hold; the first that does not ends it.</summary>
    private bool Matches((string Expression, string Place)[] all, SliceDevice device, out string failure)
    {
        failure = "";
        foreach ((string expression, string place) in all)
        {
            try
            {
                if (!_expressions.Matches(expression, device))
                {
                    return false;
                }
            }
            catch (InvalidOperationException e)
            {
                failure = $"{place}.cel.expression: cannot be evaluated on {device.Id} here: {e.Message}; write it otherwise (docs/dra.md has what is known), {Elsewhere}";
                return false;
            }
        }

        return true;
    }

    /// <summary>True where the expression has this name as a word.</summary>
    private static bool Names(string expression, string name)
    {
        for (int at = expression.IndexOf(name, StringComparison.Ordinal); at >= 0; at = expression.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            int end = at + name.Length;
            if ((at == 0 || !IsOfName(expression[at - 1])) && (end == expression.Length || !IsOfName(expression[end])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOfName(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
