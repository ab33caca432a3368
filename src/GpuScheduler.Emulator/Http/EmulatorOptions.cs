using Microsoft.AspNetCore.Builder;

namespace GpuScheduler.Emulator;

/// <summary>How an <see cref="EmulatorServer"/> is set up.</summary>
public sealed class EmulatorOptions
{
    /// <summary>The port on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Seeds uids and generated names.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How many changes of each resource are kept; a watch from before them is answered 410 Expired.</summary>
    public int WatchWindow { get; init; } = 16_384;

    /// <summary>How often a watch that asked for bookmarks gets one.</summary>
    public TimeSpan BookmarkInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a watch runs that names no <c>timeoutSeconds</c>.</summary>
    public TimeSpan WatchTimeout { get; init; } = TimeSpan.FromMinutes(45);

    /// <summary>Run in this order before the API itself: each may answer, delay or cut a request.</summary>
    public IReadOnlyList<Action<IApplicationBuilder>> Middleware { get; init; } = [];

    /// <summary>Gives objects their protobuf form; without it every answer is JSON.</summary>
    public IObjectTranscoder? Transcoder { get; init; } = new ProtobufTranscoder();

    /// <summary>The cluster to serve; null makes a new, empty one. Two servers of one cluster act as two API servers of it.</summary>
    public EmulatedCluster? Cluster { get; init; }
}
