using GpuScheduler.Framework;

namespace GpuScheduler.Manifests.Tests;

/// <summary>Reads configurations that tests write.</summary>
internal static class Configurations
{
    public const string Header = "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n";

    /// <summary>Reads a configuration without its first two lines, which must be valid.</summary>
    public static SchedulerConfiguration Read(string body)
    {
        (SchedulerConfiguration? configuration, ConfigurationErrors errors) = SchedulerConfigurationFile.Read("c.yaml", Header + body, TestCatalog.WithOptional);
        Assert.That(errors, Is.Empty);
        return configuration!;
    }

    /// <summary>The errors of a configuration without its first two lines; line numbers count them.</summary>
    public static string[] Errors(string body)
    {
        (SchedulerConfiguration? configuration, ConfigurationErrors errors) = SchedulerConfigurationFile.Read("c.yaml", Header + body, TestCatalog.WithOptional);
        Assert.That(configuration, Is.Null);
        return [.. errors.Select(e => e.ToString())];
    }

    /// <summary>The only profile, with <paramref name="plugins"/> indented under <c>plugins:</c>.</summary>
    public static ProfileConfiguration Profile(string plugins) =>
        Read("profiles:\n- plugins:\n" + Indent(plugins, 4)).Profiles.Single();

    public static string Indent(string text, int by) =>
        string.Join('\n', text.Split('\n').Select(l => new string(' ', by) + l)) + "\n";

    public static string[] Names(this ProfileConfiguration profile, ExtensionPoints point) =>
        [.. profile.At(point).Select(p => p.ToString())];
}
