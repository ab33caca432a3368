namespace GpuScheduler.Kubernetes;

/// <summary>How old the view of one kind of object is.</summary>
/// <param name="Resource">Plural name, such as <c>pods</c>.</param>
/// <param name="Age">Since the API server was last heard on it: an event, a bookmark, or a complete list.</param>
public readonly record struct WatchReading(string Resource, TimeSpan Age);
