using System.Collections.Immutable;

namespace GpuScheduler.Manifests;

/// <summary>The API group of claims and of the devices that can be claimed.</summary>
public static class ClaimApi
{
    public const string Group = "resource.k8s.io";

    /// <summary>The finalizer that keeps an allocated claim from being removed before it is deallocated.</summary>
    public const string Finalizer = "resource.kubernetes.io/delete-protection";

    /// <summary>The versions that are read, the best first. Older ones write requests otherwise.</summary>
    public static readonly ImmutableArray<string> Versions = ["v1", "v1beta2"];

    internal static bool IsReadVersion(string apiVersion) => Versions.Any(v => apiVersion == $"{Group}/{v}");

    /// <summary>The most objects that a claim may be reserved for.</summary>
    public const int MaxReserved = 256;
}
