using System.Globalization;
using System.Text;

namespace GpuScheduler.Simulation;

/// <summary>Writes HTML and SVG that is well-formed XML too; all text and attribute values are escaped.</summary>
internal sealed class Markup(TextWriter output)
{
    private readonly Stack<string> _open = new();

    /// <summary>A coordinate, to a tenth.</summary>
    public static string N(double value) => (Math.Round(value, 1, MidpointRounding.AwayFromZero) + 0.0).ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>Opens an element that <see cref="Close"/> ends.</summary>
    public Markup Open(string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Start(name, attributes);
        output.Write('>');
        _open.Push(name);
        return this;
    }

    /// <summary>Ends the element opened last.</summary>
    public Markup Close()
    {
        output.Write("</");
        output.Write(_open.Pop());
        output.Write(">");
        return this;
    }

    /// <summary>Ends the element opened last, and the line.</summary>
    public Markup CloseLine()
    {
        Close();
        output.Write('\n');
        return this;
    }

    /// <summary>An element with text.</summary>
    public Markup Element(string name, string text, params ReadOnlySpan<(string Name, string Value)> attributes) =>
        Open(name, attributes).Text(text).Close();

    /// <summary>An element that never has content.</summary>
    public Markup Empty(string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Start(name, attributes);
        output.Write("/>");
        return this;
    }

    public Markup Text(string text)
    {
        // Halves of a pair that stand alone come as U+FFFD.
        foreach (Rune rune in text.EnumerateRunes())
        {
            output.Write(rune.Value switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                (< ' ' and not ('\n' or '\t')) or 0xFFFE or 0xFFFF => "\ufffd",
                _ => rune.ToString(),
            });
        }

        return this;
    }

    /// <summary>Text of our own that is markup or style already.</summary>
    public Markup Raw(string markup)
    {
        output.Write(markup);
        return this;
    }

    private void Start(string name, ReadOnlySpan<(string Name, string Value)> attributes)
    {
        output.Write('<');
        output.Write(name);
        foreach ((string key, string value) in attributes)
        {
            output.Write(' ');
            output.Write(key);
            output.Write("=\"");
            Text(value);
            output.Write('"');
        }
    }
}
