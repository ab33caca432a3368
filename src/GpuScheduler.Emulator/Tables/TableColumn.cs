namespace GpuScheduler.Emulator;

/// <summary>A column of a Table. <paramref name="Priority"/> above 0 shows it only in the wide form.</summary>
internal sealed record TableColumn(string Name, string Type = "string", string Format = "", int Priority = 0);
