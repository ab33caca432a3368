namespace GpuScheduler.Manifests;

/// <summary>Keys and words by which scheduler, volume controller and provisioners understand each other.</summary>
public static class VolumeKeys
{
    /// <summary>On a claim: the node for which a volume is to be made.</summary>
    public const string SelectedNode = "volume.kubernetes.io/selected-node";

    /// <summary>On a claim: it is bound, and stays so.</summary>
    public const string BindCompleted = "pv.kubernetes.io/bind-completed";

    /// <summary>On a volume: its claim was chosen by a program, and may be taken away again.</summary>
    public const string BoundByController = "pv.kubernetes.io/bound-by-controller";

    /// <summary>Where older objects name their class.</summary>
    public const string OldClass = "volume.beta.kubernetes.io/storage-class";

    /// <summary>The provisioner of classes whose volumes people make.</summary>
    public const string NoProvisioner = "kubernetes.io/no-provisioner";

    /// <summary>Access mode of claims that one pod alone may use.</summary>
    public const string ReadWriteOncePod = "ReadWriteOncePod";

    public const string Available = "Available";

    public const string Bound = "Bound";

    public const string Lost = "Lost";
}
