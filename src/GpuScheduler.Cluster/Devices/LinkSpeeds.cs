using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>How fast links are, GB/s, both directions together.</summary>
public static class LinkSpeeds
{
    /// <summary>One NVLink lane, MB/s, by what the model's name contains; the first that matches. NVIDIA's data sheets; bridges of workstation cards: 112.5 GB/s over 4 lanes.</summary>
    private static readonly ImmutableArray<(string Model, int Megabytes)> Lanes =
    [
        ("GB200", 100_000), ("GB300", 100_000), ("B100", 100_000), ("B200", 100_000), ("B300", 100_000),
        ("P100", 40_000),
        ("A6000", 28_125), ("A5000", 28_125), ("A5500", 28_125), ("A40", 28_125), ("3090", 28_125),
    ];

    /// <summary>Generation 2 (V100, Turing), 3 (A100) and 4 (H100, H200) alike.</summary>
    private const int OtherLane = 50_000;

    /// <summary>PCIe x16 of a generation, by what the model's name contains; the first that matches.</summary>
    private static readonly ImmutableArray<(string Model, int Gigabytes)> Slots =
    [
        ("H100", 128), ("H200", 128), ("B100", 128), ("B200", 128), ("B300", 128), ("6000-Blackwell", 128),
        ("V100", 32), ("P100", 32), ("P40", 32), ("P4", 32), ("T4", 32), ("RTX-8000", 32),
    ];

    /// <summary>PCIe 4.0 x16.</summary>
    private const int OtherSlot = 64;

    /// <summary>So many NVLink lanes between two devices of a model.</summary>
    public static int NvLink(string model, int lanes) => (int)((long)lanes * Of(Lanes, model, OtherLane) / 1000);

    /// <summary>
    /// A path over PCIe. Through a switch it has what a slot has. What goes through the CPU has less: NCCL's topology model charges a fifth more on Intel, and
    /// between sockets counts 10 (Skylake), 16 (AMD) and 22 (Sapphire Rapids) GB/s a direction where slots of their time have 12, 24 and 48. The few percent
    /// between PIX and PXB, and between PHB and NODE, stand for the longer path.
    /// </summary>
    public static int Pcie(string model, LinkKind kind)
    {
        int slot = Of(Slots, model, OtherSlot);
        return slot * PercentOf(kind) / 100;
    }

    private static int PercentOf(LinkKind kind) => kind switch
    {
        LinkKind.PcieSwitch => 100,
        LinkKind.PcieSwitches => 95,
        LinkKind.HostBridge => 83,
        LinkKind.SameNuma => 79,
        LinkKind.CrossSocket => 50,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "is no path over PCIe"),
    };

    private static int Of(ImmutableArray<(string Model, int Speed)> speeds, string model, int other)
    {
        foreach ((string part, int speed) in speeds)
        {
            if (model.Contains(part, StringComparison.Ordinal))
            {
                return speed;
            }
        }

        return other;
    }
}
