using System.Collections.Immutable;

namespace GpuScheduler.Framework;

/// <summary>Makes a working <see cref="Profile"/> from a checked configuration: one instance a plugin, used at all of its points.</summary>
public static class ProfileFactory
{
    /// <exception cref="InvalidOperationException">A plugin's factory made something that does not serve a point which the plugin's descriptor names.</exception>
    public static Profile Create(ProfileConfiguration configuration)
    {
        Dictionary<string, IPlugin> instances =
            configuration.Plugins.ToDictionary(p => p.Descriptor.Name, p => p.Create(), StringComparer.Ordinal);
        return new Profile
        {
            SchedulerName = configuration.SchedulerName,
            PreEnqueue = At<IPreEnqueuePlugin>(ExtensionPoints.PreEnqueue),
            QueueSort = At<IQueueSortPlugin>(ExtensionPoints.QueueSort)[0],
            PreFilter = At<IPreFilterPlugin>(ExtensionPoints.PreFilter),
            Filter = At<IFilterPlugin>(ExtensionPoints.Filter),
            PostFilter = At<IPostFilterPlugin>(ExtensionPoints.PostFilter),
            PreScore = At<IPreScorePlugin>(ExtensionPoints.PreScore),
            Score =
            [
                .. configuration.At(ExtensionPoints.Score)
                    .Select(e => new WeightedScore(Instance<IScorePlugin>(e.Descriptor, ExtensionPoints.Score), e.Weight)),
            ],
            Reserve = At<IReservePlugin>(ExtensionPoints.Reserve),
            Permit = At<IPermitPlugin>(ExtensionPoints.Permit),
            PreBind = At<IPreBindPlugin>(ExtensionPoints.PreBind),
            Bind = At<IBindPlugin>(ExtensionPoints.Bind),
            PostBind = At<IPostBindPlugin>(ExtensionPoints.PostBind),
        };

        ImmutableArray<T> At<T>(ExtensionPoints point)
            where T : class, IPlugin =>
            [.. configuration.At(point).Select(e => Instance<T>(e.Descriptor, point))];

        T Instance<T>(PluginDescriptor descriptor, ExtensionPoints point)
            where T : class, IPlugin =>
            instances[descriptor.Name] as T
                ?? throw new InvalidOperationException($"plugin {descriptor.Name} says that it serves {point}, but is no {typeof(T).Name}");
    }
}
