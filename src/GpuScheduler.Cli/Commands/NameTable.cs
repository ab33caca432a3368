namespace GpuScheduler.Cli;

/// <summary>Two columns, as kubectl prints them.</summary>
internal static class NameTable
{
    public static void Write(TextWriter output, string first, string second, IEnumerable<(string First, string Second)> rows)
    {
        List<(string First, string Second)> all = [(first, second), .. rows];
        int width = all.Max(r => r.First.Length) + 3;
        foreach ((string a, string b) in all)
        {
            output.WriteLine((a.PadRight(width) + b).TrimEnd());
        }
    }
}
