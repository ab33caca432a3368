using System.Collections.Immutable;

namespace GpuScheduler.Framework;

/// <summary>Reads a <see cref="SchedulerConfiguration"/> from what a person wrote: strictly, and with all errors at once.</summary>
public static class SchedulerConfigurationReader
{
    /// <summary>The configuration, or null where <paramref name="errors"/> got any.</summary>
    public static SchedulerConfiguration? Read(DocumentNode document, PluginCatalog catalog, ConfigurationErrors errors)
    {
        int before = errors.Count;
        if (MapReader.Of(document, errors) is not { } root)
        {
            return null;
        }

        ApiObject.Require(root, SchedulerConfiguration.ApiVersion, SchedulerConfiguration.Kind);
        SchedulerConfiguration defaults = new();
        SchedulerConfiguration configuration = new()
        {
            Parallelism = root.Int("parallelism", 1, int.MaxValue, defaults.Parallelism),
            LeaderElection = ReadLeaderElection(root.Map("leaderElection")),
            ClientConnection = ReadClientConnection(root.Map("clientConnection")),
            EnableProfiling = root.Bool("enableProfiling", defaults.EnableProfiling),
            EnableContentionProfiling = root.Bool("enableContentionProfiling", defaults.EnableContentionProfiling),
            PercentageOfNodesToScore = root.Int("percentageOfNodesToScore", 0, 100, defaults.PercentageOfNodesToScore),
            PodInitialBackoffSeconds = root.Long("podInitialBackoffSeconds", 1, int.MaxValue, defaults.PodInitialBackoffSeconds),
            PodMaxBackoffSeconds = root.Long("podMaxBackoffSeconds", 1, int.MaxValue, defaults.PodMaxBackoffSeconds),
            DelayCacheUntilActive = root.Bool("delayCacheUntilActive", defaults.DelayCacheUntilActive),
            Profiles = ReadProfiles(root, catalog),
            Extenders = ExtenderReader.ReadAll(root),
            DeviceShapes = DeviceShapeReader.ReadNamed(root, "deviceShapes"),
        };
        if (configuration.PodMaxBackoffSeconds < configuration.PodInitialBackoffSeconds)
        {
            root.Error("podMaxBackoffSeconds", $"{configuration.PodMaxBackoffSeconds} is below podInitialBackoffSeconds, "
                + $"{configuration.PodInitialBackoffSeconds}; raise the one or lower the other");
        }

        root.RejectUnknownFields();
        return errors.Count == before ? configuration : null;
    }

    private static LeaderElectionConfiguration ReadLeaderElection(MapReader? reader)
    {
        LeaderElectionConfiguration defaults = new();
        if (reader is null)
        {
            return defaults;
        }

        TimeSpan shortest = TimeSpan.FromMilliseconds(1);
        LeaderElectionConfiguration election = new()
        {
            LeaderElect = reader.Bool("leaderElect", defaults.LeaderElect),
            LeaseDuration = reader.Duration("leaseDuration", shortest, defaults.LeaseDuration),
            RenewDeadline = reader.Duration("renewDeadline", shortest, defaults.RenewDeadline),
            RetryPeriod = reader.Duration("retryPeriod", shortest, defaults.RetryPeriod),
            ResourceLock = reader.String("resourceLock", defaults.ResourceLock),
            ResourceName = reader.String("resourceName", defaults.ResourceName),
            ResourceNamespace = reader.String("resourceNamespace", defaults.ResourceNamespace),
        };
        if (!election.LeaderElect)
        {
            return election;
        }

        if (election.ResourceLock != defaults.ResourceLock)
        {
            reader.Error("resourceLock", $"\"{election.ResourceLock}\" is not supported; write {defaults.ResourceLock}");
        }

        if (election.ResourceName.Length == 0)
        {
            reader.Error("resourceName", "is empty; write the name of a Lease");
        }

        if (election.ResourceNamespace.Length == 0)
        {
            reader.Error("resourceNamespace", "is empty; write the namespace of the Lease");
        }

        if (election.LeaseDuration <= election.RenewDeadline)
        {
            reader.Error("leaseDuration", $"{GoDuration.Format(election.LeaseDuration)} is not longer than renewDeadline, "
                + $"{GoDuration.Format(election.RenewDeadline)}; raise the one or lower the other");
        }

        if (election.RenewDeadline <= election.RetryPeriod * 1.2)
        {
            reader.Error("renewDeadline", $"{GoDuration.Format(election.RenewDeadline)} is not longer than 1.2 times retryPeriod, "
                + $"{GoDuration.Format(election.RetryPeriod)}; raise the one or lower the other");
        }

        return election;
    }

    private static ClientConnectionConfiguration ReadClientConnection(MapReader? reader)
    {
        ClientConnectionConfiguration defaults = new();
        return reader is null ? defaults : new ClientConnectionConfiguration
        {
            Kubeconfig = reader.String("kubeconfig", defaults.Kubeconfig),
            AcceptContentTypes = reader.String("acceptContentTypes", defaults.AcceptContentTypes),
            ContentType = reader.String("contentType", defaults.ContentType),
            Qps = reader.Number("qps", defaults.Qps),
            Burst = reader.Int("burst", 0, int.MaxValue, defaults.Burst),
        };
    }

    private static ImmutableArray<ProfileConfiguration> ReadProfiles(MapReader root, PluginCatalog catalog)
    {
        if (!root.Has("profiles"))
        {
            MapReader nothing = new(new MapNode(root.Node.File, root.Node.Line, root.Node.Column, []), root.Errors);
            return [ProfileReader.Read(nothing, isOnlyOne: true, catalog)];
        }

        ImmutableArray<MapReader> readers = root.Maps("profiles");
        if (root.Find("profiles") is ListNode { Items.IsEmpty: true })
        {
            root.Error("profiles", "is empty; add a profile or remove profiles for the default one");
        }

        ImmutableArray<ProfileConfiguration> profiles = [.. readers.Select(r => ProfileReader.Read(r, readers.Length == 1, catalog))];
        for (int i = 1; i < profiles.Length; i++)
        {
            if (profiles.Take(i).Index().FirstOrDefault(p => p.Item.SchedulerName.Length > 0 && p.Item.SchedulerName == profiles[i].SchedulerName) is { Item: not null } same)
            {
                readers[i].Error("schedulerName", $"\"{profiles[i].SchedulerName}\" is the name of profiles[{same.Index}] too; give each profile its own");
            }

            RequireSameQueueSort(readers[i], profiles[0], profiles[i]);
        }

        return profiles;
    }

    /// <summary>All profiles share one queue, so they sort it alike.</summary>
    private static void RequireSameQueueSort(MapReader reader, ProfileConfiguration first, ProfileConfiguration other)
    {
        if (first.At(ExtensionPoints.QueueSort) is not [var a] || other.At(ExtensionPoints.QueueSort) is not [var b])
        {
            return;
        }

        MapReader blame = reader.Map("plugins") ?? reader;
        if (a.Descriptor.Name != b.Descriptor.Name)
        {
            blame.Error("queueSort", $"{b.Descriptor.Name} differs from {a.Descriptor.Name} of profiles[0], and all profiles share one queue; enable the same plugin in all");
        }
        else if (!Arguments(first, a).HasSameArgumentsAs(Arguments(other, b)))
        {
            reader.Error("pluginConfig", $"the arguments of {b.Descriptor.Name} differ from those in profiles[0], and all profiles share one queue; write the same in all");
        }

        static ProfilePlugin Arguments(ProfileConfiguration profile, EnabledPlugin plugin) => profile.Plugins.First(p => p.Descriptor == plugin.Descriptor);
    }
}
