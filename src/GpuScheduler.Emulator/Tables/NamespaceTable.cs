namespace GpuScheduler.Emulator;

internal static class NamespaceTable
{
    public static readonly TableLayout Layout = new(
        [new("Name", Format: "name"), new("Status"), new("Age")],
        static (space, now) => [space.Text("metadata", "name"), space.Text("status", "phase"), Age.Of(space, now)]);
}
