using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Framework;

/// <summary>Reads the <c>extenders</c> of a configuration.</summary>
internal static class ExtenderReader
{
    public static ImmutableArray<ExtenderConfiguration> ReadAll(MapReader root)
    {
        ImmutableArray<MapReader> readers = root.Maps("extenders");
        ImmutableArray<ExtenderConfiguration> extenders = [.. readers.Select(Read)];
        Dictionary<string, MapNode> managed = new(StringComparer.Ordinal);
        int binder = -1;
        for (int i = 0; i < extenders.Length; i++)
        {
            if (extenders[i].BindVerb.Length > 0 && binder >= 0)
            {
                readers[i].Error("bindVerb", $"extenders[{binder}] binds already and only one may; remove one bindVerb");
            }
            else if (extenders[i].BindVerb.Length > 0)
            {
                binder = i;
            }

            foreach (MapReader resource in readers[i].Maps("managedResources"))
            {
                string name = resource.Node["name"] is ScalarNode { IsString: true, Text: var text } ? text : "";
                if (name.Length > 0 && !managed.TryAdd(name, resource.Node))
                {
                    resource.Error("name", $"{name} is managed at {managed[name].Path} already; keep one of them");
                }
            }
        }

        return extenders;
    }

    private static ExtenderConfiguration Read(MapReader reader)
    {
        ExtenderConfiguration defaults = new() { UrlPrefix = "" };
        ExtenderConfiguration extender = new()
        {
            UrlPrefix = reader.RequiredString("urlPrefix"),
            FilterVerb = reader.String("filterVerb"),
            PreemptVerb = reader.String("preemptVerb"),
            PrioritizeVerb = reader.String("prioritizeVerb"),
            Weight = reader.Long("weight", 0, int.MaxValue, defaults.Weight),
            BindVerb = reader.String("bindVerb"),
            EnableHttps = reader.Bool("enableHTTPS", defaults.EnableHttps),
            TlsConfig = ReadTls(reader.Map("tlsConfig")),
            HttpTimeout = reader.Duration("httpTimeout", TimeSpan.FromMilliseconds(1), defaults.HttpTimeout),
            NodeCacheCapable = reader.Bool("nodeCacheCapable", defaults.NodeCacheCapable),
            ManagedResources = [.. reader.Maps("managedResources").Select(ReadManaged)],
            Ignorable = reader.Bool("ignorable", defaults.Ignorable),
        };
        if (extender.UrlPrefix.Length > 0
            && !(Uri.TryCreate(extender.UrlPrefix, UriKind.Absolute, out Uri? uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)))
        {
            reader.Error("urlPrefix", $"\"{extender.UrlPrefix}\" is not a URL; write one such as http://127.0.0.1:8080/scheduler");
        }

        if (extender.PrioritizeVerb.Length > 0 && extender.Weight == 0)
        {
            reader.Error("weight", "an extender with a prioritizeVerb needs a weight of at least 1; add it");
        }

        return extender;
    }

    private static ExtenderTlsConfiguration? ReadTls(MapReader? reader) => reader is null ? null : new ExtenderTlsConfiguration
    {
        Insecure = reader.Bool("insecure", false),
        ServerName = reader.String("serverName"),
        CertFile = reader.String("certFile"),
        KeyFile = reader.String("keyFile"),
        CaFile = reader.String("caFile"),
        CertData = reader.String("certData"),
        KeyData = reader.String("keyData"),
        CaData = reader.String("caData"),
    };

    private static ExtenderManagedResource ReadManaged(MapReader reader)
    {
        string name = reader.RequiredString("name");
        if (name.Length > 0 && !IsExtendedResource(name))
        {
            reader.Error("name", $"\"{name}\" is not an extended resource; write one such as example.com/foo");
        }

        return new ExtenderManagedResource(name, reader.Bool("ignoredByScheduler", false));
    }

    private static bool IsExtendedResource(string name)
    {
        int slash = name.IndexOf('/', StringComparison.Ordinal);
        return ResourceNames.IsExtended(name) && name.IndexOf('/', slash + 1) < 0
            && IsWord(name.AsSpan(0, slash), 253, "-.") && IsWord(name.AsSpan(slash + 1), 63, "-._");
    }

    /// <summary>Letters and digits, and <paramref name="inside"/> anywhere but at the ends.</summary>
    private static bool IsWord(ReadOnlySpan<char> text, int longest, string inside)
    {
        if (text.IsEmpty || text.Length > longest || !char.IsAsciiLetterOrDigit(text[0]) || !char.IsAsciiLetterOrDigit(text[^1]))
        {
            return false;
        }

        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !inside.Contains(c, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }
}
