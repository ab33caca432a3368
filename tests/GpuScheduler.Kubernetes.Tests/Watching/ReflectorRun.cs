using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>A reflector of things against a server that answers as the test says, request by request.</summary>
internal sealed class ReflectorRun : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<FakeExchange> _requests = Channel.CreateUnbounded<FakeExchange>();
    private readonly CancellationTokenSource _stop = new();
    private readonly FakeApiServer _server;
    private readonly HttpClient _client = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly Task _task;

    public ReflectorRun(ThingWire wire, ReflectorOptions? options = null, Action<FakeExchange>? serve = null, ThingView? view = null)
    {
        Wire = wire;
        View = view ?? new ThingView();
        _server = new FakeApiServer(exchange =>
        {
            Observer.IsWaiting = false;
            if (serve is null)
            {
                _requests.Writer.TryWrite(exchange);
            }
            else
            {
                serve(exchange);
            }
        });
        Reflector = new Reflector<Thing>(
            _client, _server.Address, new ThingDecoder(wire.IsProtobuf), View, Observer, options ?? new ReflectorOptions { Seed = 1 }, Time);
        _task = Reflector.RunAsync(_stop.Token);
    }

    public ThingWire Wire { get; }

    public ThingView View { get; }

    public WatchRecord Observer { get; } = new();

    public FakeTimeProvider Time { get; } = new();

    public Reflector<Thing> Reflector { get; }

    /// <summary>The next request; time goes on while the reflector waits before it.</summary>
    public async Task<FakeExchange> Request()
    {
        FakeExchange? exchange = null;
        await Until(() => _requests.Reader.TryRead(out exchange));
        return exchange!;
    }

    /// <summary>Answers the next request, a list, in one page.</summary>
    public async Task List(int version, params Thing[] things)
    {
        FakeExchange list = await Request();
        Assert.That(list.IsWatch, Is.False, "a list is asked for");
        await list.Reply(200, Wire.ListType, Wire.List(things, version));
    }

    /// <summary>Opens the next request, a watch from that version.</summary>
    public async Task<FakeExchange> Watch(int version)
    {
        FakeExchange watch = await Request();
        Assert.That(watch.Query.GetValueOrDefault("resourceVersion"), Is.EqualTo($"{version}"), "a watch goes on from the last version seen");
        Assert.That(watch.IsWatch && !watch.IsStreamingList);
        await watch.Open(Wire.WatchType);
        return watch;
    }

    /// <summary>Awaits the condition; time goes on by <paramref name="always"/> at every look, or while the reflector waits.</summary>
    public async Task Until(Func<bool> condition, TimeSpan always = default)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (_task.IsCompleted)
            {
                await _task;
                Assert.Fail("the reflector has ended");
            }

            if (TimeProvider.System.GetElapsedTime(began) > Patience)
            {
                Assert.Fail($"it did not happen. Ends: {string.Join(", ", Observer.Ends)}; calls: {string.Join(' ', View.Calls)}");
            }

            TimeSpan step = Observer.IsWaiting ? TimeSpan.FromMilliseconds(50) : always;
            if (step > TimeSpan.Zero)
            {
                Time.Advance(step);
            }

            await Task.Delay(1);
        }
    }

    public Task UntilCalls(params string[] calls) => Until(() => View.Calls.SequenceEqual(calls));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _task;
        _client.Dispose();
        _server.Dispose();
        _stop.Dispose();
    }
}
