namespace GpuScheduler.Cluster;

/// <summary>A node's taint (core/v1). An absent value is the empty string.</summary>
public sealed record Taint(string Key, string Value, TaintEffect Effect)
{
    public override string ToString() => Value.Length == 0 ? $"{Key}:{Effect}" : $"{Key}={Value}:{Effect}";
}
