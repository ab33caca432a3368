using System.Text.Json;

namespace GpuScheduler.Simulation;

/// <summary>The document that JSON and YAML print, and how both lay it out.</summary>
internal static class ReportDocument
{
    public static JsonElement Of(SimulationReport report) => JsonSerializer.SerializeToElement(report, ReportJsonContext.Default.SimulationReport);

    /// <summary>True for what reads best on one line: lists of plain values, and the rows of a table.</summary>
    public static bool IsLine(JsonElement value, bool inArray) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().All(IsPlain),
        JsonValueKind.Object => inArray && value.EnumerateObject().All(p => IsPlain(p.Value) || IsLine(p.Value, inArray: false)),
        _ => true,
    };

    private static bool IsPlain(JsonElement value) => value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array);
}
