namespace GpuScheduler.Framework;

/// <summary>An extended resource that an extender manages.</summary>
/// <param name="Name">Such as <c>example.com/foo</c>.</param>
/// <param name="IgnoredByScheduler">NodeResourcesFit leaves it to the extender.</param>
public sealed record ExtenderManagedResource(string Name, bool IgnoredByScheduler);
