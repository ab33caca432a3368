using System.Text.Encodings.Web;
using System.Text.Json;

namespace GpuScheduler.Simulation;

/// <summary>Prints the document as JSON, indented, with each row of a table on one line.</summary>
internal static class JsonReport
{
    public static void Write(SimulationReport report, TextWriter output)
    {
        Write(ReportDocument.Of(report), "\n", inArray: false, output);
        output.Write('\n');
    }

    private static void Write(JsonElement value, string newLine, bool inArray, TextWriter output)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            bool inLine = ReportDocument.IsLine(value, inArray);
            List(value.EnumerateArray(), '[', ']', inLine, newLine, output, (item, inner) => Write(item, inner, inArray: true, output));
        }
        else if (value.ValueKind == JsonValueKind.Object)
        {
            bool inLine = ReportDocument.IsLine(value, inArray);
            List(value.EnumerateObject(), '{', '}', inLine, newLine, output, (property, inner) =>
            {
                output.Write(Quoted(property.Name));
                output.Write(": ");
                Write(property.Value, inner, inArray: false, output);
            });
        }
        else
        {
            output.Write(value.ValueKind == JsonValueKind.String ? Quoted(value.GetString()!) : value.GetRawText());
        }
    }

    private static void List<T>(
        IEnumerable<T> items, char open, char close, bool inLine, string newLine, TextWriter output, Action<T, string> write)
    {
        string inner = inLine ? newLine : newLine + "  ";
        bool first = true;
        output.Write(open);
        foreach (T item in items)
        {
            output.Write(first ? "" : inLine ? ", " : ",");
            output.Write(inLine ? "" : inner);
            write(item, inner);
            first = false;
        }

        output.Write(inLine || first ? "" : newLine);
        output.Write(close);
    }

    private static string Quoted(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";
}
