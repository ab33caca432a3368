namespace GpuScheduler.Scheduling;

/// <summary>What is known of one block for one pod class, on one cache line.</summary>
internal struct BlockMemo
{
    /// <summary>In the place of <see cref="BestLane"/>: there is none, or it must be looked for.</summary>
    public const int None = -1, Unknown = -2;

    /// <summary>The chain of the block when it was last looked at.</summary>
    public long Chain;

    /// <summary>The stamp of its nodes then.</summary>
    public long NodesStamp;

    /// <summary>Lanes that pass the filters which look at nodes alone.</summary>
    public ulong NodeMask;

    /// <summary>Lanes that pass all filters.</summary>
    public ulong Feasible;

    /// <summary>Lanes whose node-only scores are known.</summary>
    public ulong Scored;

    /// <summary>The best of the feasible lanes.</summary>
    public int BestLane;

    /// <summary>The best of all blocks do not know of <see cref="BestLane"/> or of its total yet.</summary>
    public bool HasOtherBest;

    /// <summary>Those that changed have the same normalised scores as everybody: nothing is left to ask.</summary>
    public bool IsAlike;

    public static BlockMemo Nothing => new() { Chain = -1, NodesStamp = -1, BestLane = None };
}
