using System.Runtime.ExceptionServices;
using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>
/// One question about many blocks, shared out among threads of the pool. The one that asks works too and waits for none that has not begun: where the pool
/// is busy with other things, it does all alone. Answers do not depend on who gave them.
/// </summary>
internal sealed class BlockJob(ClassMemo memo, ClusterView view, long attempt, ChangedNodes changed, int from) : IThreadPoolWorkItem
{
    /// <summary>Fewer blocks for each thread are done before another has woken up.</summary>
    public const int LeastForThread = 32;

    /// <summary>Blocks that a thread takes at a time.</summary>
    private const int Portion = 4;

    /// <summary>Of this question: a helper may come so late that <see cref="ChangedNodes"/> is about the next.</summary>
    private readonly int _count = changed.Blocks.Count;

    /// <summary>Which blocks nobody has taken yet: the first in the low half, the end in the high one.</summary>
    private long _left = Pack(from, changed.Blocks.Count);
    private int _done = from;
    private int _settled;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Asks about all blocks but the first <c>from</c>.</summary>
    /// <param name="helpers">Threads beside this one.</param>
    /// <param name="times">Takes the time that plugins take on this thread, which is how long they keep the question waiting; null: nobody wants to know.</param>
    /// <returns>How many there is nothing left to do with.</returns>
    public int Run(int helpers, PluginTimes? times)
    {
        for (int i = 0; i < helpers; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        Work(times, fromEnd: false);
        SpinWait wait = default;
        while (Volatile.Read(ref _done) < _count)
        {
            wait.SpinOnce(sleep1Threshold: -1);
        }

        _failure?.Throw();
        return _settled;
    }

    /// <summary>From the other end: what one thread writes lies apart from what another does.</summary>
    void IThreadPoolWorkItem.Execute() => Work(null, fromEnd: true);

    private static long Pack(int first, int end) => (long)end << 32 | (uint)first;

    private void Work(PluginTimes? times, bool fromEnd)
    {
        while (TryTake(fromEnd, out int first, out int end))
        {
            int settled = 0;
            try
            {
                for (int i = first; i < end; i++)
                {
                    settled += memo.AskAgain(view, changed.Blocks[i], attempt, changed, times) ? 1 : 0;
                }
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(e), null);
            }
            finally
            {
                Interlocked.Add(ref _settled, settled);
                Interlocked.Add(ref _done, end - first);
            }
        }
    }

    private bool TryTake(bool fromEnd, out int first, out int end)
    {
        for (long left = Volatile.Read(ref _left); ;)
        {
            (first, end) = ((int)left, (int)(left >> 32));
            if (first >= end)
            {
                return false;
            }

            int count = Math.Min(Portion, end - first);
            long seen = left, next = fromEnd ? Pack(first, end - count) : Pack(first + count, end);
            left = Interlocked.CompareExchange(ref _left, next, seen);
            if (left == seen)
            {
                (first, end) = fromEnd ? (end - count, end) : (first, first + count);
                return true;
            }
        }
    }
}
