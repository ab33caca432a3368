using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>
/// Machines whose links are known. Lanes are from NVIDIA's data sheets and the sources named; models and memory are those of the usual variant, and whoever names a
/// shape may state others. Devices are numbered as <c>nvidia-smi</c> does.
/// </summary>
internal static class BuiltInShapes
{
    private const string V100 = "Tesla-V100-SXM2-32GB", A100 = "NVIDIA-A100-SXM4-80GB", H100 = "NVIDIA-H100-80GB-HBM3";
    private const string A6000 = "NVIDIA-RTX-A6000", L40S = "NVIDIA-L40S";

    public static ImmutableArray<NamedShape> All { get; } =
    [
        new("dgx-1-p100", "DGX-1 with P100: hybrid cube mesh, one lane a link. The matrix in the tests of NVIDIA's go-gpuallocator.",
            Matrix("Tesla-P100-SXM2-16GB", 16_384, numa: "00001111", roots: "ababcdcd", nics: "", """
                X   NV1 NV1 NV1 NV1 SYS SYS SYS
                NV1 X   NV1 NV1 SYS NV1 SYS SYS
                NV1 NV1 X   NV1 SYS SYS NV1 SYS
                NV1 NV1 NV1 X   SYS SYS SYS NV1
                NV1 SYS SYS SYS X   NV1 NV1 NV1
                SYS NV1 SYS SYS NV1 X   NV1 NV1
                SYS SYS NV1 SYS NV1 NV1 X   NV1
                SYS SYS SYS NV1 NV1 NV1 NV1 X
                """)),
        new("dgx-1-v100", "DGX-1 with V100: hybrid cube mesh, six lanes a GPU. The matrix in the tests of NVIDIA's go-gpuallocator; a network interface at each PCIe switch.",
            Matrix(V100, 32_768, numa: "00001111", roots: "aabbccdd", nics: "00112233", """
                X   NV1 NV1 NV2 NV2 SYS SYS SYS
                NV1 X   NV2 NV1 SYS NV2 SYS SYS
                NV1 NV2 X   NV2 SYS SYS NV1 SYS
                NV2 NV1 NV2 X   SYS SYS SYS NV1
                NV2 SYS SYS SYS X   NV1 NV1 NV2
                SYS NV2 SYS SYS NV1 X   NV2 NV1
                SYS SYS NV1 SYS NV1 NV2 X   NV2
                SYS SYS SYS NV1 NV2 NV1 NV2 X
                """)),
        new("dgx-2", "DGX-2: 16 V100, NVSwitch with six lanes a GPU.",
            Switched("Tesla-V100-SXM3-32GB", 32_768, lanes: 6, numa: "0000000011111111", roots: "", nics: ""), ["Tesla-V100-SXM3-32GB"]),
        new("hgx-a100-4", "HGX A100 with 4 GPUs: no switch, four lanes between any two.", Meshed(A100, 81_920, lanes: 4, numa: "0011")),
        new("hgx-a100-8", "DGX and HGX A100: NVSwitch with 12 lanes a GPU; two GPUs a PCIe switch and NUMA node (nvidia-smi topo -m of a DGX A100, NCCL issue 1505).",
            Switched(A100, 81_920, lanes: 12, numa: "33117755", roots: "aabbccdd", nics: ""),
            ["NVIDIA-A100-SXM4-40GB", A100, "A100-SXM4-40GB", "A100-SXM4-80GB"]),
        new("hgx-h100-4", "HGX H100 with 4 GPUs: no switch, six lanes between any two (NCCL issue 1617).", Meshed(H100, 81_559, lanes: 6, numa: "0011")),
        new("hgx-h100-8", "DGX and HGX H100: NVSwitch with 18 lanes a GPU; four GPUs a NUMA node, a network interface at each GPU's PCIe switch (NCCL issue 1264).",
            Switched(H100, 81_559, lanes: 18, numa: "00001111", roots: "abcdefgh", nics: "01234567"), [H100]),
        new("hgx-h200-8", "DGX and HGX H200: as H100.",
            Switched("NVIDIA-H200", 143_771, lanes: 18, numa: "00001111", roots: "abcdefgh", nics: "01234567"), ["NVIDIA-H200"]),
        new("hgx-b200-8", "DGX and HGX B200: NVSwitch with 18 lanes of generation 5 a GPU.",
            Switched("NVIDIA-B200", 183_359, lanes: 18, numa: "00001111", roots: "abcdefgh", nics: "01234567"), ["NVIDIA-B200"]),
        new("gb200-nvl72", "A tray of GB200 NVL72: 4 of the 72 GPUs of a rack, all behind the same switches, two at each Grace CPU (NVIDIA's multi-node NVLink guide).",
            Switched("NVIDIA-GB200", 189_471, lanes: 18, numa: "0011", roots: "", nics: ""), ["NVIDIA-GB200"]),
        new("a100-pcie-pairs-8", "Eight A100 PCIe with NVLink bridges between neighbours: 12 lanes within a pair, PCIe 4.0 elsewhere.",
            Bridged("NVIDIA-A100-80GB-PCIe", 81_920, "NV12", count: 8)),
        new("a6000-pairs-4", "Four RTX A6000 with NVLink bridges between neighbours: four lanes within a pair.", Bridged(A6000, 49_140, "NV4", count: 4)),
        new("a6000-pairs-8", "Eight RTX A6000 with NVLink bridges between neighbours: four lanes within a pair.", Bridged(A6000, 49_140, "NV4", count: 8)),
        new("l40s-4", "Four L40S: no NVLink; two at a PCIe switch of each socket.", Bridged(L40S, 46_068, "PIX", count: 4)),
        new("l40s-8", "Eight L40S: no NVLink; two at a PCIe switch, four at a socket.", Bridged(L40S, 46_068, "PIX", count: 8)),
    ];

    /// <summary>Links as <c>nvidia-smi topo -m</c> prints them, and a letter a device for its place; no letters: not known.</summary>
    private static DeviceShape Matrix(string model, int memoryMiB, string numa, string roots, string nics, string links) => DeviceShape.Of(
        [
            .. numa.Select((n, i) => new Device(
                i, model, memoryMiB, n - '0', roots.Length == 0 ? "" : $"switch-{roots[i]}", nics.Length == 0 ? "" : $"mlx5_{nics[i]}")),
        ],
        [
            .. links.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)
                .Select(text => text == "X" ? default : Link.TryParse(text, model, out Link link) ? link : throw new FormatException(text)),
        ]);

    private static DeviceShape Switched(string model, int memoryMiB, int lanes, string numa, string roots, string nics) => DeviceShape.Of(
        Matrix(model, memoryMiB, numa, roots, nics, Rows(numa.Length, (_, _) => "SYS")).Devices,
        DeviceShape.AllToAll(model, numa.Length, memoryMiB, new Link(LinkKind.NvSwitch, LinkSpeeds.NvLink(model, lanes))).Links);

    private static DeviceShape Meshed(string model, int memoryMiB, int lanes, string numa) =>
        Matrix(model, memoryMiB, numa, "", "", Rows(numa.Length, (_, _) => $"NV{lanes}"));

    /// <summary>Neighbours 0-1, 2-3, … are joined by <paramref name="bridge"/>; half of the devices at each socket.</summary>
    private static DeviceShape Bridged(string model, int memoryMiB, string bridge, int count) => Matrix(
        model, memoryMiB, string.Concat(Enumerable.Range(0, count).Select(i => 2 * i / count)), string.Concat(Enumerable.Range(0, count).Select(i => (char)('a' + (i / 2)))), "",
        Rows(count, (a, b) => a / 2 == b / 2 ? bridge : 2 * a / count == 2 * b / count ? "NODE" : "SYS"));

    private static string Rows(int count, Func<int, int, string> between) =>
        string.Join(' ', Enumerable.Range(0, count * count).Select(i => i / count == i % count ? "X" : between(i / count, i % count)));
}
