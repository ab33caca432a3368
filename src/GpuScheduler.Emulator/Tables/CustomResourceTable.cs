namespace GpuScheduler.Emulator;

internal static class CustomResourceTable
{
    public static readonly TableLayout Layout = new(
        [new("Name", Format: "name"), new("Created At", Format: "date-time")],
        static (definition, _) => [definition.Text("metadata", "name"), definition.Text("metadata", "creationTimestamp")]);
}
