using System.Text.Json.Serialization;

namespace GpuScheduler.Simulation;

/// <summary>How a report is turned into JSON, decided at compile time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SimulationReport))]
internal sealed partial class ReportJsonContext : JsonSerializerContext;
