using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using GpuScheduler.Framework;

namespace GpuScheduler.Simulation;

/// <summary>A file's content.</summary>
internal sealed class InputFile(string name, byte[] content)
{
    public const int MaxBytes = 1 << 30;

    private const int HeadBytes = 1 << 12;

    /// <summary>The path as given.</summary>
    public string Name => name;

    public ReadOnlyMemory<byte> Content => content;

    /// <summary>True for what begins as YAML or JSON does.</summary>
    public bool IsManifest => FirstLine() is ['{' or '[', ..] or ['-', '-', '-', ..] or ['%', ..] || IsKey(FirstLine());

    /// <summary>True for what begins as a table with a header does.</summary>
    public bool IsTable => !IsManifest && FirstLine().Contains(',') && !FirstLine().Contains('\uFFFD');

    /// <summary>The text without byte order mark; false, and an error, for what is no text.</summary>
    public bool TryText(ConfigurationErrors errors, [NotNullWhen(true)] out string? text)
    {
        text = null;
        ReadOnlySpan<byte> utf8 = WithoutPreamble();
        int nul = utf8.IndexOf((byte)0);
        ReadOnlySpan<byte> good = nul < 0 ? utf8 : utf8[..nul];
        if (nul >= 0 || !Utf8.IsValid(utf8))
        {
            Utf8.ToUtf16(good, new char[good.Length], out int valid, out _, replaceInvalidSequences: false);
            good = good[..valid];
            int start = good.LastIndexOf((byte)'\n') + 1;
            errors.Add(new(name, good.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(good[start..]) + 1, "", "the file is not UTF-8 text from here on; save it as UTF-8"));
            return false;
        }

        text = Encoding.UTF8.GetString(utf8);
        return true;
    }

    private ReadOnlySpan<byte> WithoutPreamble() =>
        content.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? content.AsSpan(Encoding.UTF8.Preamble.Length) : content;

    /// <summary>The first line that is neither blank nor a comment.</summary>
    private ReadOnlySpan<char> FirstLine()
    {
        ReadOnlySpan<byte> head = WithoutPreamble();
        foreach (ReadOnlySpan<char> line in Encoding.UTF8.GetString(head[..Math.Min(head.Length, HeadBytes)]).AsSpan().EnumerateLines())
        {
            ReadOnlySpan<char> trimmed = line.Trim();
            if (!trimmed.IsEmpty && trimmed[0] != '#')
            {
                return trimmed;
            }
        }

        return [];
    }

    /// <summary>True for <c>kind: List</c> and for <c>items:</c>.</summary>
    private static bool IsKey(ReadOnlySpan<char> line)
    {
        int colon = line.IndexOf(':');
        return colon > 0 && line[..colon].IndexOfAny(",\"") < 0 && (colon == line.Length - 1 || line[colon + 1] == ' ');
    }
}
