namespace GpuScheduler.Emulator;

internal static class PriorityClassTable
{
    public static readonly TableLayout Layout = new(
        [new("Name", Format: "name"), new("Value", "integer"), new("Global-Default", "boolean"), new("Age"), new("PreemptionPolicy", Priority: 1)],
        static (priority, now) =>
        [
            priority.Text("metadata", "name"), priority.Get("value").Number() ?? 0, priority.Get("globalDefault").IsTrue(), Age.Of(priority, now), priority.Text("preemptionPolicy"),
        ]);
}
