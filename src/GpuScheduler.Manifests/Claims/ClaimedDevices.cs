using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests;

/// <summary>What claims ask for, in the one form that the engine knows; or why it cannot be known.</summary>
/// <param name="Request">The devices of all of them together.</param>
/// <param name="Problems">What is not honoured or makes no sense, a sentence each, with claim, path and mend; empty: nothing.</param>
public sealed record ClaimedDevices(DeviceRequest Request, ImmutableArray<string> Problems);
