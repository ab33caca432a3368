namespace GpuScheduler.Kubernetes;

/// <summary>A message that was gone through, and what was taken of it.</summary>
/// <param name="message">Its bytes.</param>
/// <param name="skipped">Contents of fields that nobody reads, in order: bytes from one place up to another.</param>
/// <param name="key">What was taken of it.</param>
internal sealed class KnownMessage(ReadOnlySpan<byte> message, ReadOnlySpan<(int Start, int End)> skipped, ReadOnlySpan<byte> key)
{
    private readonly byte[] _message = message.ToArray();
    private readonly (int Start, int End)[] _skipped = skipped.ToArray();
    private readonly byte[] _key = key.ToArray();

    /// <summary>What was taken of it.</summary>
    public ReadOnlySpan<byte> Key => _key;

    /// <summary>How many bytes it keeps.</summary>
    public int Size => _message.Length + _key.Length + (_skipped.Length * 2 * sizeof(int));

    /// <summary>
    /// The other one differs only within what is skipped: numbers and lengths of all fields are the same at the same places, so that going through it would take the same.
    /// </summary>
    public bool IsLike(ReadOnlySpan<byte> other)
    {
        if (other.Length != _message.Length)
        {
            return false;
        }

        int next = 0;
        for (int at = other.CommonPrefixLength(_message); at < other.Length; at += other[at..].CommonPrefixLength(_message.AsSpan(at)))
        {
            while (next < _skipped.Length && _skipped[next].End <= at)
            {
                next++;
            }

            if (next == _skipped.Length || _skipped[next].Start > at)
            {
                return false;
            }

            at = _skipped[next].End;
        }

        return true;
    }
}
