using System.Collections;

namespace GpuScheduler.Framework;

/// <summary>Every error of one input, each once, in the order found, so that a person mends them in one go.</summary>
public sealed class ConfigurationErrors : IReadOnlyList<ConfigurationError>
{
    private readonly List<ConfigurationError> _errors = [];
    private readonly HashSet<ConfigurationError> _seen = [];

    public int Count => _errors.Count;

    public ConfigurationError this[int index] => _errors[index];

    public void Add(ConfigurationError error)
    {
        if (_seen.Add(error))
        {
            _errors.Add(error);
        }
    }

    /// <summary>Adds an error about <paramref name="node"/>.</summary>
    public void Add(DocumentNode node, string message) => Add(new(node.File, node.Line, node.Column, node.Path, message));

    /// <summary>Adds an error about the key <paramref name="key"/> of <paramref name="map"/>: at its value, or at the map where it is absent.</summary>
    public void Add(MapNode map, string key, string message)
    {
        if (map[key] is { } value)
        {
            Add(value, message);
        }
        else
        {
            Add(new(map.File, map.Line, map.Column, DocumentNode.PathOf(map.Path, key), message));
        }
    }

    public IEnumerator<ConfigurationError> GetEnumerator() => _errors.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>One error a line.</summary>
    public override string ToString() => string.Join('\n', _errors);
}
