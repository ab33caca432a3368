using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <content>Gangs, each of which waits as one entry.</content>
public sealed partial class SchedulingQueue
{
    /// <summary>A gang, new or changed: it waits as one entry, wherever it has got to.</summary>
    /// <param name="gang">The entry.</param>
    /// <param name="priority">Its priority now.</param>
    /// <param name="isReady">False: it lacks more than room, and is held back until it is ready.</param>
    /// <param name="isNews">True where pods came that its last attempt did not know: it need not wait for an event.</param>
    internal void SetGang(QueuedPodInfo gang, int priority, bool isReady, bool isNews)
    {
        if (_known.TryAdd(gang.Pod, gang))
        {
            gang.Sequence = _sequence++;
            gang.Priority = priority;
            if (isReady)
            {
                Enter(_active, gang, QueueCauses.PodAdd);
            }
            else
            {
                HoldBack(gang, QueueCauses.PodAdd);
            }
        }
        else if (_inFlight.ContainsKey(gang))
        {
            // Whoever ends the attempt says where it goes.
        }
        else if (!isReady)
        {
            LeavePools(gang);
            gang.Priority = priority;
            HoldBack(gang, QueueCauses.PodAdd);
        }
        else if (_gated.Remove(gang))
        {
            gang.Priority = priority;
            Push(gang, QueueCauses.PodAdd);
        }
        else
        {
            if (gang.Priority != priority)
            {
                bool isActive = _active.Remove(gang);
                gang.Priority = priority;
                if (isActive)
                {
                    _active.Push(gang);
                }
            }

            if (isNews && _unschedulablePlaces.ContainsKey(gang))
            {
                Wake(gang, QueueCauses.PodAdd);
            }
        }
    }

    /// <summary>
    /// Pods of a gang that held places already gave them back: the gang is tried again after a backoff, or, where <paramref name="plugins"/> rejected
    /// them, after an event that one of these can use.
    /// </summary>
    internal void Return(QueuedPodInfo gang, IReadOnlyCollection<string>? plugins)
    {
        if (_known.TryAdd(gang.Pod, gang))
        {
            gang.Sequence = _sequence++;
        }

        LeavePools(gang);
        _inFlight.TryAdd(gang, _events.Count);
        if (plugins is null)
        {
            Retry(gang);
        }
        else
        {
            Reject(gang, plugins);
        }
    }
}
