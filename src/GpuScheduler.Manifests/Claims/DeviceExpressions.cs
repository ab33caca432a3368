using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Cel;

namespace GpuScheduler.Manifests;

/// <summary>
/// Evaluates CEL expressions of DeviceClasses and requests on devices, with Kubernetes' functions on quantities, versions and texts as far as they are known here
/// (<c>k8s.io/dynamic-resource-allocation/cel</c>). One thread.
/// </summary>
internal sealed partial class DeviceExpressions
{
    private readonly CelEnvironment _environment = new(null, "");
    private readonly Dictionary<string, (CelProgramDelegate Run, ImmutableArray<string> Domains)> _programs = new(StringComparer.Ordinal);

    public DeviceExpressions()
    {
        Register<string>("lowerAscii", t => t.ToLowerInvariant());
        Register<string>("upperAscii", t => t.ToUpperInvariant());
        Register<string>("trim", t => t.Trim());

        // A pattern of a user must not hold up the scheduler: this engine takes time in proportion to the text, as RE2 does.
        Register<string, string>("matches", (t, pattern) => Regex.IsMatch(t, pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
        Register<string>("quantity", t => DeviceQuantity.Parse(t));
        Register<string>("isQuantity", t => DeviceQuantity.TryParse(t, out _));
        Register<DeviceQuantity, DeviceQuantity>("compareTo", (a, b) => (long)a.CompareTo(b));
        Register<DeviceQuantity, DeviceQuantity>("isGreaterThan", (a, b) => a.CompareTo(b) > 0);
        Register<DeviceQuantity, DeviceQuantity>("isLessThan", (a, b) => a.CompareTo(b) < 0);
        Register<DeviceQuantity, DeviceQuantity>("add", (a, b) => new DeviceQuantity(checked(a.Units + b.Units)));
        Register<DeviceQuantity, DeviceQuantity>("sub", (a, b) => new DeviceQuantity(checked(a.Units - b.Units)));
        Register<DeviceQuantity>("asInteger", a => a.Units);
        Register<DeviceQuantity>("isInteger", _ => true);
        Register<DeviceQuantity>("sign", a => (long)Math.Sign(a.Units));
        Register<string>("semver", t => DeviceVersion.TryParse(t, out DeviceVersion version) ? version : throw new CelException($"\"{t}\" is no semantic version"));
        Register<string>("isSemver", t => DeviceVersion.TryParse(t, out _));
        Register<DeviceVersion, DeviceVersion>("compareTo", (a, b) => (long)a.CompareTo(b));
        Register<DeviceVersion, DeviceVersion>("isGreaterThan", (a, b) => a.CompareTo(b) > 0);
        Register<DeviceVersion, DeviceVersion>("isLessThan", (a, b) => a.CompareTo(b) < 0);
        Register<DeviceVersion>("major", a => a.Major);
        Register<DeviceVersion>("minor", a => a.Minor);
        Register<DeviceVersion>("patch", a => a.Patch);
    }

    /// <summary>True where the expression holds of the device.</summary>
    /// <exception cref="InvalidOperationException">It cannot be evaluated; the message says why.</exception>
    public bool Matches(string expression, SliceDevice device)
    {
        try
        {
            if (!_programs.TryGetValue(expression, out (CelProgramDelegate Run, ImmutableArray<string> Domains) program))
            {
                _programs.Add(expression, program = (_environment.Compile(expression), DomainsOf(expression)));
            }

            return program.Run(VariablesOf(device, program.Domains)) is bool matches ? matches : throw new InvalidOperationException("it is neither true nor false");
        }
        catch (Exception e) when (e is CelException or OverflowException or ArgumentException or NotSupportedException or InvalidCastException or FormatException)
        {
            throw new InvalidOperationException(e.Message, e);
        }
    }

    /// <summary>
    /// The domains that the expression looks into: where a device has nothing of one, it is an empty map, and no error as other keys are. Whoever asks first whether it
    /// is there has it as it is.
    /// </summary>
    private static ImmutableArray<string> DomainsOf(string expression)
    {
        HashSet<string> tested = [.. Test().Matches(expression).Select(m => m.Groups[2].Value)];
        return [.. Index().Matches(expression).Select(m => m.Groups[2].Value).Distinct(StringComparer.Ordinal).Where(d => !tested.Contains(d))];
    }

    private static Dictionary<string, object?> VariablesOf(SliceDevice device, ImmutableArray<string> domains) => new()
    {
        ["device"] = new Dictionary<string, object?>
        {
            ["driver"] = device.Id.Driver,
            ["allowMultipleAllocations"] = false,
            ["attributes"] = ByDomain(device.Attributes.Select(a => (a.Key, a.Value)), domains),
            ["capacity"] = ByDomain(device.Capacity.Select(c => (c.Key, (object)new DeviceQuantity(c.Value))), domains),
        },
    };

    private static Dictionary<string, object?> ByDomain(IEnumerable<(string Name, object Value)> values, ImmutableArray<string> domains)
    {
        Dictionary<string, object?> byDomain = domains.ToDictionary(d => d, object? (_) => new Dictionary<string, object?>());
        foreach ((string name, object value) in values)
        {
            int slash = name.IndexOf('/', StringComparison.Ordinal);
            if (!byDomain.TryGetValue(name[..slash], out object? names))
            {
                byDomain.Add(name[..slash], names = new Dictionary<string, object?>());
            }

            ((Dictionary<string, object?>)names!)[name[(slash + 1)..]] = value;
        }

        return byDomain;
    }

    [GeneratedRegex(@"device\s*\.\s*(?:attributes|capacity)\s*\[\s*(['""])(.*?)\1\s*\]")]
    private static partial Regex Index();

    [GeneratedRegex(@"(['""])([^'""]*)\1\s+in\s+device\s*\.")]
    private static partial Regex Test();

    private void Register<T>(string name, Func<T, object> function) => _environment.RegisterFunction(name, [typeof(T)], a => function((T)a[0]!));

    private void Register<T1, T2>(string name, Func<T1, T2, object> function) =>
        _environment.RegisterFunction(name, [typeof(T1), typeof(T2)], a => function((T1)a[0]!, (T2)a[1]!));
}
