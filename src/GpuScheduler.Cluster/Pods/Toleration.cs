namespace GpuScheduler.Cluster;

/// <summary>A pod's toleration (core/v1).</summary>
/// <param name="Key">Taint key; empty with <see cref="TolerationOperator.Exists"/>: every key.</param>
/// <param name="Operator">How the value is compared.</param>
/// <param name="Value">Compared with <see cref="TolerationOperator.Equal"/>.</param>
/// <param name="Effect">Null: every effect.</param>
public sealed record Toleration(string Key, TolerationOperator Operator, string Value, TaintEffect? Effect)
{
    /// <summary>True where this toleration covers <paramref name="taint"/> (core/v1 ToleratesTaint).</summary>
    public bool Tolerates(Taint taint)
    {
        if (Effect is { } effect && effect != taint.Effect)
        {
            return false;
        }

        if (Key.Length > 0 && Key != taint.Key)
        {
            return false;
        }

        return Operator == TolerationOperator.Exists || (Key.Length > 0 && Value == taint.Value);
    }
}
