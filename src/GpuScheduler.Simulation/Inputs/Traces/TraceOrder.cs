using System.Globalization;
using GpuScheduler.Framework;

namespace GpuScheduler.Simulation;

/// <summary>Reads the order in which the rows of a pod list arrive: a zero-based row number a line, repeats allowed.</summary>
internal static class TraceOrder
{
    private const int MaxErrors = 1000;

    /// <param name="file">The order file.</param>
    /// <param name="rows">Rows of the pod list; null: not known.</param>
    /// <param name="errors">Takes every error.</param>
    public static List<int> Read(InputFile file, int? rows, ConfigurationErrors errors)
    {
        List<int> order = [];
        if (!file.TryText(errors, out string? text))
        {
            return order;
        }

        int line = 0;
        int before = errors.Count;
        foreach (ReadOnlySpan<char> written in text.AsSpan().EnumerateLines())
        {
            line++;
            ReadOnlySpan<char> number = written.Trim();
            if (number.IsEmpty)
            {
                continue;
            }

            if (errors.Count - before > MaxErrors)
            {
                errors.Add(new(file.Name, line, 1, "", $"more than {MaxErrors} errors came before this line; the rest was not read"));
                return order;
            }

            if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int row))
            {
                errors.Add(new(file.Name, line, 1, "", $"\"{(number.Length <= 40 ? number : $"{number[..40]}…")}\" is not the number of a row; write one of at least 0"));
            }
            else if (row >= rows)
            {
                errors.Add(new(file.Name, line, 1, "", $"{row} points past the end of the pod list, which has {rows} rows; write one from 0 to {rows - 1}"));
            }
            else
            {
                order.Add(row);
            }
        }

        if (order.Count == 0 && errors.Count == before)
        {
            errors.Add(new(file.Name, 1, 1, "", "the file is empty; write a row number of the pod list a line"));
        }

        return order;
    }
}
