namespace GpuScheduler.Emulator;

internal static class DeploymentTable
{
    public static readonly TableLayout Layout = new(
        [new("Name", Format: "name"), new("Ready"), new("Up-to-date"), new("Available"), new("Age"), new("Containers", Priority: 1), new("Images", Priority: 1)],
        static (deployment, now) =>
        [
            deployment.Text("metadata", "name"),
            $"{deployment.At("status", "readyReplicas").Number() ?? 0}/{deployment.At("spec", "replicas").Number() ?? 0}",
            (deployment.At("status", "updatedReplicas").Number() ?? 0).ToText(), (deployment.At("status", "availableReplicas").Number() ?? 0).ToText(), Age.Of(deployment, now),
            string.Join(",", deployment.At("spec", "template").At("spec", "containers").Items().Select(container => container.Text("name"))),
            string.Join(",", deployment.At("spec", "template").At("spec", "containers").Items().Select(container => container.Text("image"))),
        ]);
}
