namespace GpuScheduler.Framework;

/// <summary>A plugin of a profile and its arguments, which are known to be valid.</summary>
public sealed class ProfilePlugin
{
    private readonly MapNode _args;

    internal ProfilePlugin(PluginDescriptor descriptor, MapNode args, string schedulerName)
    {
        Descriptor = descriptor;
        _args = args;
        SchedulerName = schedulerName;
    }

    public PluginDescriptor Descriptor { get; }

    public string SchedulerName { get; }

    /// <summary>A new instance; every call makes another one.</summary>
    public IPlugin Create() => Descriptor.Factory(new PluginArguments(Descriptor.Name, SchedulerName, _args, []));

    internal bool HasSameArgumentsAs(ProfilePlugin other) => _args.SaysTheSameAs(other._args);
}
