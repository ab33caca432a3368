using System.Globalization;
using System.Text;

namespace GpuScheduler.Framework;

/// <summary>
/// A piece of what a person wrote, in YAML or JSON alike, that still knows where it stood. It does not change once it is part of a document.
/// </summary>
public abstract class DocumentNode
{
    private DocumentNode? _parent;
    private string? _key;
    private int _index;

    private protected DocumentNode(string file, int line, int column)
    {
        File = file;
        Line = line;
        Column = column;
    }

    public string File { get; }

    /// <summary>Counted from 1; 0 where nobody wrote it.</summary>
    public int Line { get; }

    /// <summary>Counted from 1; 0 where nobody wrote it.</summary>
    public int Column { get; }

    /// <summary>The way here from the document's root, such as <c>profiles[0].plugins.score.enabled[1].name</c>; the root's own is empty.</summary>
    public string Path
    {
        get
        {
            StringBuilder path = new();
            AppendPath(path);
            return path.ToString();
        }
    }

    /// <summary>What it is, in a person's words.</summary>
    public abstract string Kind { get; }

    /// <summary>True for a scalar that is written as nothing: <c>null</c>, <c>~</c> or not at all.</summary>
    public virtual bool IsNull => false;

    /// <summary>True where both say the same, wherever they stand. Order counts in lists, not in maps.</summary>
    public abstract bool SaysTheSameAs(DocumentNode other);

    /// <summary>The path of <paramref name="key"/> below <paramref name="path"/>.</summary>
    internal static string PathOf(string path, string key)
    {
        StringBuilder text = new(path);
        AppendKey(text, key);
        return text.ToString();
    }

    internal void SetParent(DocumentNode parent, string? key, int index)
    {
        if (_parent is not null)
        {
            throw new InvalidOperationException($"{Path} is part of a document already");
        }

        _parent = parent;
        _key = key;
        _index = index;
    }

    private static void AppendKey(StringBuilder path, string key)
    {
        if (key.Length == 0 || key.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_')))
        {
            path.Append("[\"").Append(key).Append("\"]");
        }
        else
        {
            path.Append(path.Length == 0 ? "" : ".").Append(key);
        }
    }

    private void AppendPath(StringBuilder path)
    {
        if (_parent is null)
        {
            return;
        }

        _parent.AppendPath(path);
        if (_key is null)
        {
            path.Append(CultureInfo.InvariantCulture, $"[{_index}]");
        }
        else
        {
            AppendKey(path, _key);
        }
    }
}
