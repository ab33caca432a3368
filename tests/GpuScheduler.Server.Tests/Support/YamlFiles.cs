using YamlDotNet.RepresentationModel;

namespace GpuScheduler.Server.Tests;

/// <summary>The repository's manifests as YAML, read without any knowledge of Kubernetes.</summary>
internal static class YamlFiles
{
    public static string Folder { get; } = Path.Combine(Repository.Root, "manifests");

    /// <summary>Paths relative to <see cref="Folder"/>.</summary>
    public static IEnumerable<string> In(string folder) => Directory.EnumerateFiles(Path.Combine(Folder, folder), "*.yaml", SearchOption.AllDirectories)
        .Select(f => Path.GetRelativePath(Folder, f)).Order(StringComparer.Ordinal);

    public static string Text(string file) => File.ReadAllText(Path.Combine(Folder, file));

    public static IReadOnlyList<YamlNode> Documents(string text)
    {
        YamlStream stream = [];
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(d => d.RootNode)];
    }

    /// <summary>The one object of a kind.</summary>
    public static YamlNode Object(string file, string kind) => Documents(Text(file)).Single(d => d["kind"].ToString() == kind);

    public static IEnumerable<string> Strings(this YamlNode node) => ((YamlSequenceNode)node).Select(n => n.ToString());

    /// <summary>Follows keys and indices such as <c>spec/containers/0/name</c>; null where there is no such place.</summary>
    public static YamlNode? At(this YamlNode node, string path)
    {
        YamlNode? at = node;
        foreach (string step in path.Split('/'))
        {
            at = at switch
            {
                YamlMappingNode map => map.Children.TryGetValue(step, out YamlNode? value) ? value : null,
                YamlSequenceNode list => int.TryParse(step, out int index) && index < list.Children.Count ? list[index] : null,
                _ => null,
            };
        }

        return at;
    }

    public static string? TextAt(this YamlNode node, string path) => node.At(path)?.ToString();
}
