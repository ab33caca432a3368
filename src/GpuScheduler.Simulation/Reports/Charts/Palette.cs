namespace GpuScheduler.Simulation;

/// <summary>Colours that people with any colour vision tell apart, and names for them in the style sheet.</summary>
internal static class Palette
{
    /// <summary>Colours of policies, first on a light page, then on a dark one.</summary>
    public static readonly IReadOnlyList<(string Light, string Dark)> Policies =
    [
        ("#0b62c4", "#5aa5ff"), ("#c94f00", "#ff8f45"), ("#007a57", "#35c796"), ("#ab3f8f", "#eb8fd0"),
        ("#946200", "#e8bd4a"), ("#2196cf", "#a5dcff"), ("#5b6067", "#c3c8cf"), ("#8a1538", "#e0708f"),
    ];

    /// <summary>Colours of reasons; the last is for all others.</summary>
    public static readonly IReadOnlyList<(string Light, string Dark)> Reasons =
    [
        ("#3f3a8c", "#8f8ae8"), ("#3ea39a", "#4fbdb3"), ("#d9b84a", "#d9b84a"), ("#cc6677", "#d97585"), ("#7fbfe6", "#8ccdf2"), ("#b4b8be", "#6d747d"),
    ];

    /// <summary>Colours of jobs, which come again and again, on light and dark pages alike.</summary>
    public static readonly IReadOnlyList<string> Jobs =
    [
        "#3b6fb5", "#f0a541", "#4fa577", "#c65b5b", "#9a7bc8", "#8fc1e8", "#7a6a3f", "#e59ac0", "#2f8f9d", "#d6d36b", "#5d4a8f", "#b3c9a0",
    ];

    /// <summary>Class of a policy's marks; colours that come again are dashed.</summary>
    public static string Series(int index) => $"c{index % Policies.Count}{(index >= Policies.Count ? " again" : "")}";

    /// <summary>A name cut to a length.</summary>
    public static string Short(string name, int length) => name.Length <= length ? name : string.Concat(name.AsSpan(0, length - 1).TrimEnd(), "…");
}
