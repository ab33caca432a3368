using System.Diagnostics.CodeAnalysis;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>Takes documents apart into API objects: lists become their items.</summary>
internal sealed class ObjectCollector(ConfigurationErrors errors)
{
    private readonly List<ManifestObject> _objects = [];

    public IReadOnlyList<ManifestObject> Objects => _objects;

    public void Add(DocumentNode document)
    {
        if (MapReader.Of(document, errors) is { } reader)
        {
            Add(reader, null, null);
        }
    }

    /// <param name="reader">The object.</param>
    /// <param name="itemKind">Its kind as its list implies; items of typed lists need not say it.</param>
    /// <param name="itemVersion">The same for its version.</param>
    private void Add(MapReader reader, string? itemKind, string? itemVersion)
    {
        if (!TryHeader(reader, "kind", itemKind, out string? kind) | !TryHeader(reader, "apiVersion", itemVersion, out string? version))
        {
            return;
        }

        if (!kind!.EndsWith("List", StringComparison.Ordinal))
        {
            _objects.Add(new ManifestObject(version!, kind, reader));
            return;
        }

        string? implied = kind == "List" ? null : kind[..^"List".Length];
        foreach (DocumentNode item in reader.Items("items"))
        {
            // Not through the list's reader, which would keep all readers of its items.
            if (MapReader.Of(item, errors) is { } itemReader)
            {
                if (itemReader.String("kind").EndsWith("List", StringComparison.Ordinal))
                {
                    itemReader.Error("kind", "a list within a list is not read; take its items out");
                    continue;
                }

                Add(itemReader, implied, implied is null ? null : version);
            }
        }
    }

    private static bool TryHeader(MapReader reader, string key, string? implied, [NotNullWhen(true)] out string? value)
    {
        value = reader.String(key);
        if (value.Length > 0)
        {
            return true;
        }

        value = implied;
        if (value is null)
        {
            reader.Error(key, reader.Has(key) ? "has to be a word; write one such as Pod or v1" : $"is required; add {key}, as every Kubernetes object has");
        }

        return value is not null;
    }
}
