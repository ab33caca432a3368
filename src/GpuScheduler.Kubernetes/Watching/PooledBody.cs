using System.Buffers;

namespace GpuScheduler.Kubernetes;

/// <summary>The whole body of an answer, in a rented array.</summary>
internal sealed class PooledBody : IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(64 << 10);
    private int _length;

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, _length);

    /// <param name="response">Whose body; not yet read.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="limit">Bytes read at most; the rest is left.</param>
    public static async Task<PooledBody> ReadAsync(HttpResponseMessage response, CancellationToken cancellation, int limit = int.MaxValue)
    {
        PooledBody body = new();
        try
        {
            Stream stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                int read;
                while (body._length < limit
                    && (read = await stream.ReadAsync(body._bytes.AsMemory(body._length), cancellation).ConfigureAwait(false)) > 0)
                {
                    body._length += read;
                    body.GrowIfFull();
                }
            }

            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _length = 0;
    }

    private void GrowIfFull()
    {
        if (_length == _bytes.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(checked(_bytes.Length * 2));
            Span.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }
    }
}
