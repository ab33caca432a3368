using System.Text;

namespace GpuScheduler.Kubernetes;

/// <summary>Strings of bytes, the same string again for the same short bytes. Bounded: when full, it begins anew.</summary>
internal sealed class Utf8Strings
{
    private const int MaxLength = 512;
    private const int MaxCount = 1 << 16;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly Dictionary<ulong, string> _byHash = [];

    /// <summary>A string that others will want, too: a name of a node, a label.</summary>
    /// <exception cref="InvalidDataException">The bytes are no UTF-8.</exception>
    public string Shared(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            return "";
        }

        if (utf8.Length > MaxLength)
        {
            return Own(utf8);
        }

        ulong hash = ContentHash.Of(utf8);
        if (_byHash.TryGetValue(hash, out string? known) && Ascii.Equals(utf8, known))
        {
            return known;
        }

        string made = Own(utf8);
        if (_byHash.Count >= MaxCount)
        {
            _byHash.Clear();
        }

        _byHash[hash] = made;
        return made;
    }

    /// <summary>A string that nobody else has.</summary>
    /// <exception cref="InvalidDataException">The bytes are no UTF-8.</exception>
    public static string Own(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return Strict.GetString(utf8);
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException("protobuf: a text is not UTF-8", e);
        }
    }
}
