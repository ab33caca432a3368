using GpuScheduler.Cluster;
using GpuScheduler.Simulation;

namespace GpuScheduler.Cli;

/// <summary>
/// Node names in the order in which ties are broken, one a line. Published runs prefix each name with digits and a dash, which does not matter here.
/// </summary>
internal static class TieOrderFile
{
    public static Func<string, ulong>? Read(string path, Workload workload, Func<string, Stream> open, List<string> errors)
    {
        HashSet<string> nodes = [.. workload.Nodes.Select(n => n.Name)];
        Dictionary<string, int> ranks = new(StringComparer.Ordinal);
        int before = errors.Count;
        if (TextFile.Read(path, open, out string problem) is not { } content)
        {
            errors.Add(problem);
            return null;
        }

        int line = 0;
        foreach (string text in content.Split('\n'))
        {
            line++;
            string name = NameIn(text.Trim(), nodes);
            if (name.Length == 0)
            {
                continue;
            }

            if (!nodes.Contains(name))
            {
                errors.Add($"{path}:{line}: there is no node \"{name}\"; write the name of a node of the cluster");
            }
            else if (!ranks.TryAdd(name, ranks.Count))
            {
                errors.Add($"{path}:{line}: node \"{name}\" is listed already; remove one of the two lines");
            }
        }

        return errors.Count > before ? null : TieKeys.Listed(ranks);
    }

    private static string NameIn(string text, HashSet<string> nodes)
    {
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        return !nodes.Contains(text) && dash > 0 && text.AsSpan(0, dash).ContainsAnyExceptInRange('0', '9') is false ? text[(dash + 1)..] : text;
    }
}
