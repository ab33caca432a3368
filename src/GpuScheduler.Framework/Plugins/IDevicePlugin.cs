using GpuScheduler.Cluster;

namespace GpuScheduler.Framework;

/// <summary>Picks the devices on the node that won; the first one enabled for Score that has an answer decides.</summary>
public interface IDevicePlugin : IPlugin
{
    /// <summary>The devices to give the pod there; empty: no opinion. Runs only for pods that ask for devices, on a node that passed Filter.</summary>
    DeviceSet ChooseDevices(in PluginContext context, Block block, int lane);
}
