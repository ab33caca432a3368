namespace GpuScheduler.Live.Tests;

/// <summary>What the suite runs against.</summary>
public enum ServerKind
{
    /// <summary>The project's own emulator.</summary>
    Emulator,

    /// <summary>kube-apiserver and etcd, from KUBEBUILDER_ASSETS.</summary>
    Real,
}
