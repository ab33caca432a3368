namespace GpuScheduler.Kubernetes;

/// <summary>What the engine knows of one object that states a gang. Others may read <see cref="Latest"/>.</summary>
internal sealed class GangRecord(StatedGang latest)
{
    private volatile StatedGang? _latest = latest;

    /// <summary>As the API last showed it; null once it is gone.</summary>
    public StatedGang? Latest
    {
        get => _latest;
        set => _latest = value;
    }
}
