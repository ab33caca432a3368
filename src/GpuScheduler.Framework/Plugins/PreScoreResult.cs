namespace GpuScheduler.Framework;

/// <summary>What PreScore worked out.</summary>
/// <param name="Status">Skip: the plugin's Score is left out for this class.</param>
/// <param name="State">Handed to the plugin's Score as <see cref="PluginContext.State"/>.</param>
public readonly record struct PreScoreResult(Status Status, object? State = null)
{
    public static readonly PreScoreResult Skip = new(Status.Skip);

    public static PreScoreResult With(object? state) => new(Status.Success, state);
}
