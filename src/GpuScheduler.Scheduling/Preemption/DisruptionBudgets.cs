using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>The PodDisruptionBudgets of the cluster, kept by whoever drives the scheduler. Scheduling thread only.</summary>
public sealed class DisruptionBudgets(TimeProvider time)
{
    /// <summary>
    /// For so long a refusal of the API server counts more than what a budget's status says: the status may lag behind, and one that never changes must not block for good.
    /// </summary>
    public static readonly TimeSpan RefusalTime = TimeSpan.FromSeconds(30);

    private readonly SortedDictionary<string, DisruptionBudget> _budgets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _refusedUntil = new(StringComparer.Ordinal);

    public int Count => _budgets.Count;

    /// <summary>All of them, in order of namespace and name, with what they allow now.</summary>
    public IEnumerable<DisruptionBudget> All => _budgets.Values.Select(b => IsRefusing(b) ? b with { DisruptionsAllowed = 0 } : b);

    /// <summary>Adds a budget, or puts it in the place of the one of its name.</summary>
    public void Set(DisruptionBudget budget) => _budgets[budget.ToString()] = budget;

    public bool Remove(string @namespace, string name) => _budgets.Remove($"{@namespace}/{name}");

    /// <summary>An eviction of the pod was decided: until the API says more, its budgets have that much less.</summary>
    public void Take(Pod pod)
    {
        foreach (DisruptionBudget budget in (DisruptionBudget[])[.. _budgets.Values.Where(b => b.Covers(pod))])
        {
            Set(budget with { DisruptionsAllowed = budget.DisruptionsAllowed - 1, DisruptedPods = budget.DisruptedPods.Add(pod.Name) });
        }
    }

    /// <summary>The eviction did not happen after all.</summary>
    public void GiveBack(Pod pod)
    {
        foreach (DisruptionBudget budget in (DisruptionBudget[])[.. _budgets.Values.Where(b => b.Namespace == pod.Namespace && b.DisruptedPods.Contains(pod.Name))])
        {
            Set(budget with { DisruptionsAllowed = budget.DisruptionsAllowed + 1, DisruptedPods = budget.DisruptedPods.Remove(pod.Name) });
        }
    }

    /// <summary>The API server refused to evict the pod because of a budget: for a while its budgets have nothing left.</summary>
    public void Refuse(Pod pod)
    {
        foreach (DisruptionBudget budget in _budgets.Values.Where(b => b.Covers(pod)))
        {
            _refusedUntil[budget.ToString()] = time.GetUtcNow() + RefusalTime;
        }
    }

    private bool IsRefusing(DisruptionBudget budget) =>
        _refusedUntil.Count > 0 && _refusedUntil.TryGetValue(budget.ToString(), out DateTimeOffset until) && time.GetUtcNow() < until;
}
