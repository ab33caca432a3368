namespace GpuScheduler.Framework;

/// <summary>A key of a map, where it stands, and its value.</summary>
public readonly record struct MapEntry(string Key, int Line, int Column, DocumentNode Value);
