using NUnit.Framework.Constraints;

namespace GpuScheduler.Live.Tests;

/// <summary>Waits for what comes about in another process.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Asks until the answer is as expected; after a while that it is not is asserted.</summary>
    public static async Task IsAsync<T>(Func<Task<T>> actual, IResolveConstraint expected)
    {
        IConstraint constraint = expected.Resolve();
        using CancellationTokenSource limit = new(Limit);
        while (true)
        {
            T value = await actual();
            if (constraint.ApplyTo(value).IsSuccess)
            {
                return;
            }

            if (limit.IsCancellationRequested)
            {
                Assert.That(value, constraint);
            }

            await Task.Delay(50);
        }
    }
}
