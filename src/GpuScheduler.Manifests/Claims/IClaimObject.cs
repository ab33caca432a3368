namespace GpuScheduler.Manifests;

/// <summary>An object of <c>resource.k8s.io</c>.</summary>
public interface IClaimObject
{
    /// <summary>Empty for cluster-wide ones.</summary>
    string Namespace { get; }

    string Name { get; }

    string Uid { get; }

    string ResourceVersion { get; }
}
