namespace GpuScheduler.Cluster;

/// <summary>One entry of <c>spec.members</c>: exactly one of name, pattern and labels is given.</summary>
/// <param name="IsNode">True: nodes; false: HyperNodes.</param>
public sealed record HyperNodeMember(bool IsNode)
{
    /// <summary>The one name; null: not by name.</summary>
    public string? Name { get; init; }

    /// <summary>A regular expression in RE2's syntax, found anywhere in the name; null: not by pattern.</summary>
    public string? Pattern { get; init; }

    /// <summary>Labels of nodes; null: not by labels.</summary>
    public NodeSelectorTerm? Labels { get; init; }
}
