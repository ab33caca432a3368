using System.Text;

namespace GpuScheduler.Manifests;

/// <summary>Follows a reader through JSON text and counts lines and columns, each byte looked at once.</summary>
internal ref struct JsonPosition(ReadOnlySpan<byte> utf8)
{
    private readonly ReadOnlySpan<byte> _utf8 = utf8;
    private int _at;

    public int Line { get; private set; } = 1;

    public int Column { get; private set; } = 1;

    public void MoveTo(long index)
    {
        ReadOnlySpan<byte> passed = _utf8[_at..(int)index];
        int newline = passed.LastIndexOf((byte)'\n');
        if (newline >= 0)
        {
            Line += passed.Count((byte)'\n');
            Column = 1;
            passed = passed[(newline + 1)..];
        }

        Column += Encoding.UTF8.GetCharCount(passed);
        _at = (int)index;
    }
}
