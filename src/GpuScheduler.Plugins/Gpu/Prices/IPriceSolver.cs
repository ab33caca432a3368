namespace GpuScheduler.Plugins;

/// <summary>Works out prices. Slow by the standards of the decide path: milliseconds and more.</summary>
public interface IPriceSolver
{
    /// <summary>The same problem gives the same prices.</summary>
    GpuPrices Solve(PriceProblem problem);
}
