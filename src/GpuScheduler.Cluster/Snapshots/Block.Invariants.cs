namespace GpuScheduler.Cluster;

/// <content>What is always true of a block.</content>
public sealed partial class Block
{
    /// <summary>Throws where a column contradicts the placements or the nodes. For tests and debug builds: it costs a walk over everything.</summary>
    /// <exception cref="InvalidOperationException">An invariant is broken; the message names node and column.</exception>
    public void AssertInvariants()
    {
        Block expected = new(Nodes, Stamp, Owner);
        for (int lane = 0; lane < Size; lane++)
        {
            foreach (Placement placement in PlacementsOn(lane))
            {
                expected.AssertPlacement(lane, placement);
                expected.Apply(lane, placement, +1);
            }

            if (NodeStamps[lane] > Stamp)
            {
                throw Broken(lane, $"changed at {NodeStamps[lane]}, later than its block at {Stamp}");
            }

            for (int r = 0; r < Math.Max(Vocabulary.PodsId + 1, Math.Max(_otherRequested.Length, expected._otherRequested.Length)); r++)
            {
                Same(lane, "requested of resource", r, expected.Requested(r)[lane], Requested(r)[lane]);
            }

            Same(lane, "assumed CPU", -1, expected.NonZeroCpu[lane], NonZeroCpu[lane]);
            Same(lane, "assumed memory", -1, expected.NonZeroMemory[lane], NonZeroMemory[lane]);
            Same(lane, "CPU assumed free", -1, Nodes.Allocatable(Vocabulary.CpuId)[lane] - NonZeroCpu[lane], (long)AssumedFreeCpu[lane]);
            Same(lane, "memory assumed free", -1, Nodes.Allocatable(Vocabulary.MemoryId)[lane] - NonZeroMemory[lane], (long)AssumedFreeMemory[lane]);
            for (int r = 0; r <= Vocabulary.PodsId; r++)
            {
                Same(lane, "free units of resource", r, ResourceUnits.Has(r) ? ResourceUnits.Floor(r, Nodes.Allocatable(r)[lane] - Requested(r)[lane]) : 0, FreeUnits(r)[lane]);
            }

            Same(lane, "whole free devices", -1, expected.WholeFree[lane], WholeFree[lane]);
            Same(lane, "largest free share", -1, expected.LargestFree[lane], LargestFree[lane]);
            Same(lane, "total free share", -1, expected.TotalFree[lane], TotalFree[lane]);
            short[] partial = [.. Enumerable.Range(0, Nodes.Slots).Select(d => FreeMilli[(d * Size) + lane]).Where(f => f is > 0 and < Device.FullMilli).OrderDescending()];
            for (int slot = 0; slot < Nodes.Slots; slot++)
            {
                Same(lane, "free milli of partly used device", slot, slot < partial.Length ? partial[slot] : 0, PartialFree[(slot * Size) + lane]);
                Same(lane, "free milli of device", slot, expected.FreeMilli[(slot * Size) + lane], FreeMilli[(slot * Size) + lane]);
                Same(lane, "free memory of device", slot, expected.FreeMemory[(slot * Size) + lane], FreeMemory[(slot * Size) + lane]);
            }
        }
    }

    private void AssertPlacement(int lane, in Placement placement)
    {
        if ((Nodes.Present >> lane & 1) == 0)
        {
            throw Broken(lane, $"{placement.Pod} is where no node is");
        }

        foreach (int device in new Lanes(placement.Devices.Bits))
        {
            if (!CanTake(lane, placement.Class.Devices, device))
            {
                throw Broken(lane, $"device {device} is given to {placement.Pod} and others beyond what it has");
            }
        }
    }

    private void Same(int lane, string what, int number, long expected, long actual)
    {
        if (expected != actual)
        {
            throw Broken(lane, $"{what}{(number < 0 ? "" : $" {number}")} is {actual}, but its pods and devices make {expected}");
        }
    }

    private InvalidOperationException Broken(int lane, string what) =>
        new($"{((Nodes.Present >> lane & 1) == 0 ? $"lane {lane}, without a node" : $"node {Nodes[lane].Name}")}: {what}");
}
