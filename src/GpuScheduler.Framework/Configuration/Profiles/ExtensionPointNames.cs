using System.Text.Json;

namespace GpuScheduler.Framework;

/// <summary>Extension points as a configuration spells them: <c>preFilter</c>.</summary>
internal static class ExtensionPointNames
{
    /// <summary>Points that a kube-scheduler configuration may have and that no plugin of ours can serve.</summary>
    public static readonly IReadOnlyList<string> NotServed = ["placementGenerate", "placementScore", "podGroupPostFilter"];

    public static string Of(ExtensionPoints point) => JsonNamingPolicy.CamelCase.ConvertName(point.ToString());

    public static string ListOf(ExtensionPoints points) =>
        string.Join(", ", ProfileExpansion.Points.Where(p => points.HasFlag(p)).Select(Of));
}
