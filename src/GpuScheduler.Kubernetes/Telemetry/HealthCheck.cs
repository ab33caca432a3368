using System.Globalization;

namespace GpuScheduler.Kubernetes;

/// <summary>One question to <c>/livez</c> or <c>/readyz</c>.</summary>
/// <param name="Name">Lower case with dashes, such as <c>watch-pods</c>.</param>
/// <param name="Problem">Answers at once, on any thread: null where all is well, otherwise why not.</param>
public sealed record HealthCheck(string Name, Func<string?> Problem)
{
    /// <summary>A watch that has a complete list and is not too old to bind by.</summary>
    /// <param name="resource">Plural name, such as <c>pods</c>; the check is <c>watch-pods</c>.</param>
    /// <param name="age">Since the API server was last heard on it; null until the first complete list.</param>
    /// <param name="limit">From here on the view is too old.</param>
    public static HealthCheck OfWatch(string resource, Func<TimeSpan?> age, TimeSpan limit) => new($"watch-{resource}", () => age() switch
    {
        null => "not synced yet",
        { } old when old > limit => string.Create(CultureInfo.InvariantCulture, $"last heard of {old.TotalSeconds:0.#} s ago (limit {limit.TotalSeconds:0.#} s)"),
        _ => null,
    });
}
