namespace GpuScheduler.Scheduling;

/// <summary>How a bound pod came to the devices that the model lets it hold.</summary>
public enum Holding
{
    /// <summary>The API states them, and they are there and free; or the pod asks for none.</summary>
    Stated,

    /// <summary>The API states them, but the node lacks some or others hold them: two truths.</summary>
    PartOfStated,

    /// <summary>Nobody states them (another scheduler's pod, or the kubelet picks): the first that fit are taken to be its own.</summary>
    Guessed,

    /// <summary>Nobody states them, and there are not enough free ones to guess.</summary>
    Nothing,
}
