using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>Reads containers as far as scheduling looks at them.</summary>
internal static class ContainerReader
{
    private const int MaxPort = 65535;

    /// <param name="reader">The container.</param>
    /// <param name="hostNetwork">The pod is on the host's network: its ports are the host's.</param>
    /// <param name="isInit">It is an init container, of which some are sidecars.</param>
    public static Container Read(MapReader reader, bool hostNetwork, bool isInit)
    {
        string restartPolicy = reader.String("restartPolicy");
        return new Container
        {
            Name = reader.RequiredString("name"),
            Image = reader.String("image"),
            Requests = reader.Map("resources") is { } resources ? Requests(resources) : ResourceList.Empty,
            HostPorts = [.. reader.Maps("ports").Select(p => Port(p, hostNetwork)).OfType<HostPort>()],
            IsSidecar = isInit && restartPolicy == "Always",
        };
    }

    /// <summary>The requests of <c>resources</c>; a limit stands for the request that is absent.</summary>
    public static ResourceList Requests(MapReader resources)
    {
        ResourceList requests = Quantities.Read(resources, "requests") ?? ResourceList.Empty;
        ResourceList limits = Quantities.Read(resources, "limits") ?? ResourceList.Empty;
        return limits.Count == 0 ? requests : ResourceList.Of(limits.Concat(requests));
    }

    private static HostPort? Port(MapReader reader, bool hostNetwork)
    {
        int containerPort = reader.Int("containerPort", 1, MaxPort, 0);
        int port = reader.Int("hostPort", 0, MaxPort, hostNetwork ? containerPort : 0);
        string protocol = reader.String("protocol", "TCP");
        string address = reader.String("hostIP");
        if (protocol is not ("TCP" or "UDP" or "SCTP"))
        {
            reader.Error("protocol", $"\"{protocol}\" is unknown; write TCP, UDP or SCTP");
        }

        return port == 0 ? null : new HostPort(address.Length == 0 ? HostPort.AnyAddress : address, protocol, port);
    }
}
