namespace GpuScheduler.Simulation;

/// <summary>A field of a table, unquoted, and where it begins.</summary>
internal readonly record struct CsvField(ReadOnlyMemory<char> Text, int Line, int Column);
