using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests;

/// <summary>Reads one API's gangs.</summary>
internal interface IGangReader
{
    /// <summary>The API group, such as <c>scheduling.k8s.io</c>; all its versions are read alike.</summary>
    string ApiGroup { get; }

    string Kind { get; }

    /// <summary>Makes the internal form; what is wrong goes into the document's errors, and what could be read is there all the same.</summary>
    GangObject Read(GangDocument document);
}
