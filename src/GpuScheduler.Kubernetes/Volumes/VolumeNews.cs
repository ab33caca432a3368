using System.Collections.Concurrent;

namespace GpuScheduler.Kubernetes;

/// <summary>Lets those who wait for a claim know that the watch showed it anew. Any thread.</summary>
internal sealed class VolumeNews
{
    private readonly ConcurrentDictionary<ObjectKey, TaskCompletionSource> _waiting = new();

    /// <summary>Ends with the next news of the claim.</summary>
    public Task NextAsync(ObjectKey claim) => _waiting.GetOrAdd(claim, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>The claim is another than it was.</summary>
    public void Tell(ObjectKey claim)
    {
        if (_waiting.TryRemove(claim, out TaskCompletionSource? waiting))
        {
            waiting.TrySetResult();
        }
    }
}
