namespace GpuScheduler.Emulator;

internal static class LeaseTable
{
    public static readonly TableLayout Layout = new(
        [new("Name", Format: "name"), new("Holder"), new("Age")],
        static (lease, now) => [lease.Text("metadata", "name"), lease.Text("spec", "holderIdentity"), Age.Of(lease, now)]);
}
