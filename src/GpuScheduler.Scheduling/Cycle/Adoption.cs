using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>Takes pods that are bound already into the state, as the API has them: it is the truth, whatever the model thinks possible.</summary>
public static class Adoption
{
    /// <summary>Places a bound pod.</summary>
    /// <param name="state">The writer's working state.</param>
    /// <param name="node">Index of the node that it is bound to.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="podClass">Its class.</param>
    /// <param name="stated">Devices that its annotation states; empty: none are stated.</param>
    public static AdoptionResult Adopt(Draft state, int node, Pod pod, PodClass podClass, DeviceSet stated)
    {
        if (!stated.IsEmpty)
        {
            DeviceSet missing = state.PlaceAsStated(node, pod, podClass, stated);
            return new AdoptionResult(missing.IsEmpty ? Holding.Stated : Holding.PartOfStated, stated.Except(missing), missing);
        }

        Block block = state.BlockOf(node);
        if (podClass.Devices.IsNone || IsForOthers(podClass.Devices, block.Nodes.Shape(node % Block.Size)))
        {
            state.PlaceWithoutDevices(node, pod, podClass);
            return new AdoptionResult(Holding.Stated, DeviceSet.Empty, DeviceSet.Empty);
        }

        DeviceSet devices = FirstThatFit(block, node % Block.Size, podClass.Devices);
        if (!block.CanTake(node % Block.Size, podClass.Devices, devices))
        {
            state.PlaceWithoutDevices(node, pod, podClass);
            return new AdoptionResult(Holding.Nothing, DeviceSet.Empty, DeviceSet.Empty);
        }

        state.Place(node, pod, podClass, devices);
        return new AdoptionResult(Holding.Guessed, devices, DeviceSet.Empty);
    }

    /// <summary>True where the node has devices, but the pod's are of another resource, which the model does not have there.</summary>
    private static bool IsForOthers(DeviceRequest request, DeviceShape shape) => shape.Count > 0 && !shape.Devices.Any(request.IsFor);

    private static DeviceSet FirstThatFit(Block block, int lane, DeviceRequest request)
    {
        DeviceSet chosen = DeviceSet.Empty;
        foreach (Device device in block.Nodes.Shape(lane).Devices)
        {
            if (chosen.Count < request.Count && block.CanTake(lane, request with { Count = 1 }, DeviceSet.Only(device.Index)))
            {
                chosen = chosen.With(device.Index);
            }
        }

        return chosen;
    }
}
