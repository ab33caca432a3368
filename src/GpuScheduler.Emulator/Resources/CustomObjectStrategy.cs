namespace GpuScheduler.Emulator;

/// <summary>Objects of custom kinds.</summary>
internal sealed class CustomObjectStrategy : ResourceStrategy
{
    public static readonly CustomObjectStrategy Instance = new();

    public override bool AllowsUnconditionalUpdate => false;
}
