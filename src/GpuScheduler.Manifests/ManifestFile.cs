using System.Text;

namespace GpuScheduler.Manifests;

/// <summary>A file of API objects, in YAML or JSON.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Utf8">Its content.</param>
public sealed record ManifestFile(string Name, ReadOnlyMemory<byte> Utf8)
{
    public static ManifestFile Of(string name, string text) => new(name, Encoding.UTF8.GetBytes(text));
}
