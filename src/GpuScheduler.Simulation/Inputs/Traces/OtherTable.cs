using System.Collections.Immutable;

namespace GpuScheduler.Simulation;

/// <summary>A table that is mistaken for another.</summary>
/// <param name="Columns">By which it is known.</param>
/// <param name="Message">What to say then.</param>
internal sealed record OtherTable(ImmutableArray<string> Columns, string Message);
