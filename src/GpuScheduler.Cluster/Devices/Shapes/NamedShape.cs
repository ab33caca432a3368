using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>A shape that nodes and scenarios may name.</summary>
/// <param name="Name">Its name, such as <c>hgx-h100-8</c>.</param>
/// <param name="Description">What machine it is, and from where its links are known.</param>
/// <param name="Shape">Devices and links.</param>
/// <param name="Products">
/// Models (of the label <c>nvidia.com/gpu.product</c>) that come in no other way where a node has as many GPUs: model and count then tell the links.
/// </param>
public sealed record NamedShape(string Name, string Description, DeviceShape Shape, ImmutableArray<string> Products)
{
    public NamedShape(string name, string description, DeviceShape shape)
        : this(name, description, shape, [])
    {
    }
}
