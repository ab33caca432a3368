namespace GpuScheduler.Kubernetes;

/// <summary>What users see in the API: events and conditions. Never waits; what cannot be written in time is dropped and counted.</summary>
internal interface IApiReports
{
    /// <summary>Writes an event about a pod.</summary>
    void PodEvent(PodObject pod, bool isWarning, string reason, string action, string note);

    /// <summary>Writes an event about a node.</summary>
    void NodeEvent(NodeObject node, bool isWarning, string reason, string action, string note);

    /// <summary>Sets the condition <c>PodScheduled</c> to false, and <c>nominatedNodeName</c>, if the pod still waits when its turn comes.</summary>
    void PodNotScheduled(PodRecord pod, string reason, string message, string nominatedNode);

    /// <summary>Sets the condition <c>PodScheduled</c> to false, if the pod still holds a place without being bound there when its turn comes.</summary>
    void PodNotBound(PodRecord pod, string reason, string message);

    /// <summary>Writes an event about the object that states a gang, if there still is one.</summary>
    void GangEvent(GangRecord gang, bool isWarning, string reason, string action, string note);

    /// <summary>Writes into the object's status what became of the gang, where its ecosystem expects the scheduler to.</summary>
    void GangStatus(GangRecord gang, GangVerdict verdict);
}
