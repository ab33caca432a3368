using System.Globalization;
using System.Text.RegularExpressions;

namespace GpuScheduler.Server.Tests;

/// <summary>The text format of Prometheus, version 0.0.4, read strictly.</summary>
internal sealed partial class PrometheusText
{
    private readonly Dictionary<string, double> _samples = [];

    public Dictionary<string, string> Types { get; } = [];

    public Dictionary<string, string> Help { get; } = [];

    /// <summary>Samples as written before the value: name and labels, in the order of the text.</summary>
    public IReadOnlyDictionary<string, double> Samples => _samples;

    /// <summary>The value of a sample such as <c>scheduler_pending_pods{queue="active"}</c>; fails where there is none.</summary>
    public double this[string sample] => _samples.TryGetValue(sample, out double value)
        ? value
        : throw new AssertionException($"no sample {sample}; there are {string.Join("\n", _samples.Keys.Where(k => k.Split('{')[0] == sample.Split('{')[0]))}");

    public static PrometheusText Parse(string text)
    {
        PrometheusText result = new();
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                string[] parts = line.Split(' ', 4);
                result.Help.Add(parts[2], parts[3]);
            }
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                string[] parts = line.Split(' ');
                result.Types.Add(parts[2], parts[3]);
            }
            else
            {
                Match match = Sample().Match(line);
                Assert.That(match.Success, $"not a sample: {line}");
                result._samples.Add(match.Groups[1].Value, double.Parse(match.Groups[2].Value.Replace("+Inf", "∞", StringComparison.Ordinal), CultureInfo.InvariantCulture));
            }
        }

        return result;
    }

    [GeneratedRegex("""^([a-zA-Z_:][a-zA-Z0-9_:]*(?:\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\]|\\.)*",?)*\})?) (\S+)$""")]
    private static partial Regex Sample();
}
