using System.Runtime.ExceptionServices;
using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>
/// One question about many blocks, shared out among threads of the pool. The one that asks works too and waits for none that has not begun: where the pool
/// is busy with other things, it does all alone. Answers do not depend on who gave them.
/// </summary>
internal sealed class BlockJob(ClassMemo memo, ClusterView view, long attempt, ChangedNodes changed) : IThreadPoolWorkItem
{
    /// <summary>Fewer blocks for each thread are done before another has woken up.</summary>
    public const int LeastForThread = 32;

    /// <summary>Blocks that a thread takes at a time.</summary>
    private const int Portion = 8;

    /// <summary>Of this question: a helper may come so late that <see cref="ChangedNodes"/> is about the next.</summary>
    private readonly int _count = changed.Blocks.Count;

    private int _taken;
    private int _done;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Asks about all blocks.</summary>
    /// <param name="helpers">Threads beside this one.</param>
    /// <param name="times">Takes the time that plugins take on this thread, which is how long they keep the question waiting; null: nobody wants to know.</param>
    public void Run(int helpers, PluginTimes? times)
    {
        for (int i = 0; i < helpers; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        Work(times);
        SpinWait wait = default;
        while (Volatile.Read(ref _done) < _count)
        {
            wait.SpinOnce(sleep1Threshold: -1);
        }

        _failure?.Throw();
    }

    void IThreadPoolWorkItem.Execute() => Work(null);

    private void Work(PluginTimes? times)
    {
        for (int from; (from = Interlocked.Add(ref _taken, Portion) - Portion) < _count;)
        {
            int to = Math.Min(from + Portion, _count);
            try
            {
                for (int i = from; i < to; i++)
                {
                    memo.AskAgain(view, changed.Blocks[i], attempt, changed, times);
                }
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(e), null);
            }
            finally
            {
                Interlocked.Add(ref _done, to - from);
            }
        }
    }
}
