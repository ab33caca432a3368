namespace GpuScheduler.Kubernetes;

/// <summary>Hears of every change of one resource's objects, one call at a time.</summary>
public interface IObjectHandler<in T>
{
    void OnAdded(T value);

    void OnUpdated(T before, T after);

    /// <summary>The object is gone; <paramref name="last"/> is the last state seen of it.</summary>
    void OnDeleted(T last);

    /// <summary>All objects that there were at the start have been told.</summary>
    void OnSynced();
}
