using System.Globalization;

namespace GpuScheduler.Cluster;

/// <summary>The best path between two devices.</summary>
/// <param name="Kind">What the path crosses.</param>
/// <param name="GigabytesPerSecond">Bidirectional bandwidth, GB/s, at most <see cref="MaxGigabytesPerSecond"/>.</param>
public readonly record struct Link(LinkKind Kind, int GigabytesPerSecond)
{
    public const int MaxGigabytesPerSecond = 10_000;

    /// <summary>The most NVLink lanes between two devices.</summary>
    public const int MaxLanes = 36;

    /// <summary>How <c>nvidia-smi topo -m</c> writes links, for messages.</summary>
    public const string Notation = "NV1 to NV36, PIX, PXB, PHB, NODE or SYS";

    /// <summary>Reads a link as <c>nvidia-smi topo -m</c> writes it: <c>NV18</c>, <c>PIX</c>, <c>SYS</c> ….</summary>
    /// <param name="text">The link.</param>
    /// <param name="model">Model of the device at the end; it tells how fast a lane is.</param>
    /// <param name="link">The link.</param>
    public static bool TryParse(string text, string model, out Link link)
    {
        if (text.StartsWith("NV", StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out int lanes) && lanes is > 0 and <= MaxLanes)
        {
            link = new Link(LinkKind.NvLink, LinkSpeeds.NvLink(model, lanes));
            return true;
        }

        LinkKind? kind = text switch
        {
            "PIX" => LinkKind.PcieSwitch,
            "PXB" => LinkKind.PcieSwitches,
            "PHB" => LinkKind.HostBridge,
            "NODE" => LinkKind.SameNuma,
            "SYS" => LinkKind.CrossSocket,
            _ => null,
        };
        link = kind is { } path ? new Link(path, LinkSpeeds.Pcie(model, path)) : default;
        return kind is not null;
    }
}
