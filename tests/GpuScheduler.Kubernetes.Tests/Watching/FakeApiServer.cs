using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>HTTP/1.1 on a socket of 127.0.0.1, so that answers can be cut, reset and garbled as they are on a real wire.</summary>
internal sealed class FakeApiServer : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _sockets = [];
    private readonly Action<FakeExchange> _serve;

    public FakeApiServer(Action<FakeExchange> serve)
    {
        _serve = serve;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}/");
        _ = AcceptAsync();
    }

    public Uri Address { get; }

    public void Dispose()
    {
        _listener.Dispose();
        lock (_sockets)
        {
            _sockets.ForEach(s => s.Dispose());
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptAsync();
                socket.NoDelay = true;
                lock (_sockets)
                {
                    _sockets.Add(socket);
                }

                _ = ServeAsync(socket);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            bool goesOn = true;
            while (goesOn && await ReadHeadAsync(socket) is { } head)
            {
                string[] lines = head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
                FakeExchange exchange = new(
                    socket,
                    lines[0].Split(' ')[1],
                    lines.Skip(1).ToDictionary(l => l.Split(':')[0], l => l.Split(':', 2)[1].Trim(), StringComparer.OrdinalIgnoreCase));
                _serve(exchange);
                goesOn = await exchange.Done;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }

    private static async Task<string?> ReadHeadAsync(Socket socket)
    {
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await socket.ReceiveAsync(one) == 0)
            {
                return null;
            }

            head.Append((char)one[0]);
        }

        return head.ToString();
    }
}
