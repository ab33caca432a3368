using System.Globalization;

namespace GpuScheduler.Kubernetes;

/// <summary>Tells whether a thread still comes round: it calls <see cref="Tick"/>, others ask <see cref="Check"/>.</summary>
/// <param name="time">The clock.</param>
/// <param name="limit">After so long without a tick something hangs.</param>
public sealed class EngineHeartbeat(TimeProvider time, TimeSpan limit)
{
    /// <summary>Written by the thread itself, read by all.</summary>
    private long _last = time.GetTimestamp();

    /// <summary>Since the last tick, or since this was made.</summary>
    public TimeSpan Age => time.GetElapsedTime(Volatile.Read(ref _last));

    /// <summary>The thread is alive.</summary>
    public void Tick() => Volatile.Write(ref _last, time.GetTimestamp());

    /// <summary>The liveness check of this name.</summary>
    public HealthCheck Check(string name) => new(name, () => Age is var age && age > limit
        ? string.Create(CultureInfo.InvariantCulture, $"has not come round for {age.TotalSeconds:0.#} s (limit {limit.TotalSeconds:0.#} s)")
        : null);
}
