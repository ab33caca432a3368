using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>One request to a <see cref="FakeApiServer"/>, and the answer that the test gives to it.</summary>
internal sealed class FakeExchange(Socket socket, string target, IReadOnlyDictionary<string, string> headers)
{
    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Path { get; } = target.Split('?')[0];

    public IReadOnlyDictionary<string, string> Headers { get; } = headers;

    public IReadOnlyDictionary<string, string> Query { get; } = target.Split('?', 2).ElementAtOrDefault(1) is { } query
        ? query.Split('&').ToDictionary(p => p.Split('=')[0], p => Uri.UnescapeDataString(p.Split('=', 2)[1]))
        : [];

    public bool IsWatch => Query.ContainsKey("watch");

    public bool IsStreamingList => Query.ContainsKey("sendInitialEvents");

    /// <summary>True: the connection may serve another request.</summary>
    public Task<bool> Done => _done.Task;

    public async Task Reply(int status, string contentType, byte[] body, string header = "")
    {
        await Write($"HTTP/1.1 {status} X\r\nContent-Type: {contentType}\r\nContent-Length: {body.Length}\r\n{header}\r\n");
        await Write(body);
        _done.TrySetResult(true);
    }

    public Task Open(string contentType) => Write($"HTTP/1.1 200 OK\r\nContent-Type: {contentType}\r\nTransfer-Encoding: chunked\r\n\r\n");

    public async Task Send(params byte[][] pieces)
    {
        byte[] all = [.. pieces.SelectMany(p => p)];
        byte[] head = Encoding.ASCII.GetBytes(all.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n");
        await Write([.. head, .. all, (byte)'\r', (byte)'\n']);
    }

    /// <summary>Ends the answer in order.</summary>
    public async Task End()
    {
        await Write("0\r\n\r\n");
        _done.TrySetResult(true);
    }

    /// <summary>Resets the connection.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
        _done.TrySetResult(false);
    }

    private Task Write(string text) => Write(Encoding.ASCII.GetBytes(text));

    private async Task Write(byte[] bytes)
    {
        for (int sent = 0; sent < bytes.Length;)
        {
            sent += await socket.SendAsync(bytes.AsMemory(sent));
        }
    }
}
