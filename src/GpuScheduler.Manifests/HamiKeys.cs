namespace GpuScheduler.Manifests;

/// <summary>
/// Annotations by which HAMi's device plugin and whoever places pods for it talk (<c>pkg/util/types.go</c>, <c>pkg/util/nodelock</c> and <c>pkg/device</c> of
/// Project-HAMi/HAMi). Devices are written container after container, init containers first, <c>UUID,NVIDIA,MiB,cores percent:</c> each, with <c>;</c> after a container.
/// </summary>
public static class HamiKeys
{
    /// <summary>On a node: the devices that its plugin registers.</summary>
    public const string Register = "hami.io/node-nvidia-register";

    /// <summary>On a node: UUIDs of devices that nobody new may have.</summary>
    public const string Cordon = "hami.io/device-cordon";

    /// <summary>On a node: the one pod that its plugin may be about to give devices, <c>RFC 3339 time,namespace,name</c>; the plugin takes it away.</summary>
    public const string Lock = "hami.io/mutex.lock";

    /// <summary>On a pod: its node, and when it was chosen, Unix seconds.</summary>
    public const string Node = "hami.io/vgpu-node";

    /// <inheritdoc cref="Node"/>
    public const string Time = "hami.io/vgpu-time";

    /// <summary>On a pod: devices of the containers that have none yet; the plugin takes out one container after the other.</summary>
    public const string ToAllocate = "hami.io/vgpu-devices-to-allocate";

    /// <summary>On a pod: all that it was given.</summary>
    public const string Allocated = "hami.io/vgpu-devices-allocated";

    /// <summary>On a pod: how far the plugin is with it; <see cref="Allocating"/> until it says <c>success</c> or <c>failed</c>.</summary>
    public const string BindPhase = "hami.io/bind-phase";

    /// <summary>On a pod: when it was bound, Unix seconds.</summary>
    public const string BindTime = "hami.io/bind-time";

    /// <summary>The phase of a pod that the plugin has not come to.</summary>
    public const string Allocating = "allocating";
}
