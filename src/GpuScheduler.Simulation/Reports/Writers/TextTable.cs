namespace GpuScheduler.Simulation;

/// <summary>Columns as kubectl prints them: upper-case headings, three spaces apart, no borders.</summary>
internal sealed class TextTable(params IEnumerable<string> headings)
{
    private const int Gap = 3;
    private readonly List<string[]> _rows = [[.. headings]];

    public void Add(params IEnumerable<string> cells) => _rows.Add([.. cells.Select(OneLine)]);

    public void Write(TextWriter output)
    {
        int[] widths = [.. Enumerable.Range(0, _rows[0].Length).Select(c => _rows.Max(r => r[c].Length) + Gap)];
        foreach (string[] row in _rows)
        {
            output.Write(string.Concat(row.Select((cell, c) => cell.PadRight(widths[c]))).TrimEnd());
            output.Write('\n');
        }
    }

    /// <summary>A name from outside breaks no line and sends no control sequence to a terminal.</summary>
    private static string OneLine(string cell) => string.Concat(cell.Select(c => char.IsControl(c) ? '?' : c));
}
