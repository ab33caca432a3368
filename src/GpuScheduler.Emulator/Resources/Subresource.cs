using System.Collections.Immutable;

namespace GpuScheduler.Emulator;

/// <summary>A subresource as discovery lists it.</summary>
internal sealed record Subresource(string Name, string Kind, string Group, string Version, ImmutableArray<string> Verbs);
