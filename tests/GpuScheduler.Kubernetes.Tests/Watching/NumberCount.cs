namespace GpuScheduler.Kubernetes.Tests;

internal sealed class NumberCount : IObjectHandler<string>
{
    public int Updates { get; private set; }

    public void OnAdded(string value)
    {
    }

    public void OnUpdated(string before, string after) => Updates++;

    public void OnDeleted(string last)
    {
    }

    public void OnSynced()
    {
    }
}
