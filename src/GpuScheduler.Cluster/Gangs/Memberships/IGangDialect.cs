namespace GpuScheduler.Cluster;

/// <summary>One ecosystem's way for a pod to say which gang it belongs to.</summary>
internal interface IGangDialect
{
    /// <summary>Adds what the pod says in this dialect, errors included.</summary>
    void Read(GangSource pod, GangStatements statements);
}
