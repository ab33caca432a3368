using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>
/// The <see cref="DeviceNeed"/> of one pod class for every device shape, worked out when a shape is first met. Any thread.
/// </summary>
internal sealed class DeviceNeeds(DeviceRequest request)
{
    private readonly Lock _growing = new();

    /// <summary>By shape number. Replaced by a longer copy under <see cref="_growing"/>; an entry is set once.</summary>
    private volatile DeviceNeed?[] _byShape = new DeviceNeed?[16];

    public DeviceRequest Request => request;

    /// <summary>What the class's placements cost by the prices that were in force when it was last asked for; <see cref="PriceTable.Of"/> keeps it.</summary>
    public PriceTable? Prices { get; set; }

    /// <summary>What PreFilter or PreScore left, or the same made anew where the host ran neither.</summary>
    public static DeviceNeeds Of(in PluginContext context) =>
        context.State as DeviceNeeds ?? new DeviceNeeds(context.Pod.Devices);

    public DeviceNeed For(in LaneGroup<DeviceShape> group)
    {
        DeviceNeed?[] needs = _byShape;
        return group.Id < needs.Length && Volatile.Read(ref needs[group.Id]) is { } known ? known : Add(group);
    }

    /// <summary>For the shape of one node.</summary>
    public DeviceNeed For(Block block, int lane) => For(ShapeGroups.Of(block, lane));

    private DeviceNeed Add(in LaneGroup<DeviceShape> group)
    {
        DeviceNeed need = DeviceNeed.Of(request, group.Value);
        lock (_growing)
        {
            DeviceNeed?[] needs = _byShape;
            if (group.Id >= needs.Length)
            {
                Array.Resize(ref needs, Math.Max(group.Id + 1, needs.Length * 2));
                _byShape = needs;
            }

            Volatile.Write(ref needs[group.Id], need);
        }

        return need;
    }
}
