using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>Whole devices as extended resources of the vendors' device plugins.</summary>
internal sealed class ExtendedResourceDialect : IDeviceDialect
{
    private static readonly ImmutableArray<string> Resources =
    [
        DeviceRequestKeys.NvidiaGpu,
        DeviceRequestKeys.AmdGpu,
        DeviceRequestKeys.IntelI915,
        DeviceRequestKeys.IntelXe,
    ];

    public void Read(in DeviceSource pod, DeviceStatements statements)
    {
        string? asked = null;
        foreach (string resource in Resources)
        {
            // A request of 0 is legal and asks for nothing.
            if (!pod.Requests.TryGet(resource, out long count) || count == 0)
            {
                continue;
            }

            if (asked is not null)
            {
                statements.Said(resource, DeviceValues.Text(count));
                statements.Error([asked, resource], $"{asked} and {resource} are devices of different kinds, "
                    + "and a pod's devices are all of one kind: keep one of them, or make two pods of it");
                continue;
            }

            asked = resource;
            DeviceValues.AddCount(resource, DeviceValues.Text(count), count, statements);
            statements.Resource = resource;
            if (statements.Form == DeviceRequestForm.Hami && resource == DeviceRequestKeys.NvidiaGpu)
            {
                // HAMi's limits say how much of each.
                continue;
            }

            statements.Form = DeviceRequestForm.ExtendedResource;
            statements.Amount(resource, DeviceAmount.Whole);
        }
    }
}
