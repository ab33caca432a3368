namespace GpuScheduler.Cluster.Tests;

internal enum CommandKind
{
    Place,
    PlaceWithoutDevices,
    Remove,
    Mark,
    RollBack,
    Fork,
    Commit,
    Reset,
    Publish,
    SetNodes,
    RemoveNode,
    Settle,
}
