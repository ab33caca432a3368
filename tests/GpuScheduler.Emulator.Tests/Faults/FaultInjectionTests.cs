using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Emulator.Tests;

/// <summary>Once as middleware in the server itself, once as a proxy before it.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class FaultInjectionTests(bool isProxy)
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<IAsyncDisposable> _open = [];
    private HttpClient _client = null!;
    private Upstream _upstream = null!;
    private FaultPlan _plan = null!;

    [TearDown]
    public async Task CloseAsync()
    {
        _client?.Dispose();
        foreach (IAsyncDisposable open in Enumerable.Reverse(_open)) await open.DisposeAsync();
        _open.Clear();
    }

    [Test]
    public async Task What_no_fault_strikes_passes_unchanged()
    {
        await StartAsync();
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "secret");
        using HttpResponseMessage answer = await _client.PostAsync("/api/v1/pods?x=a%2Fb", new StringContent("hello"));
        Assert.Multiple(async () =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created));
            Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo("echo:hello"));
            Assert.That(answer.Headers.GetValues("X-Seen"), Is.EqualTo(new[] { "Bearer secret" }));
            Assert.That(_upstream.Processed, Is.EqualTo(new[] { "POST /api/v1/pods?x=a%2Fb hello" }));
            Assert.That(_plan.Counts, Is.Empty);
        });
    }

    [Test]
    public async Task A_dropped_request_is_reset_and_not_processed()
    {
        await StartAsync(new FaultRule(FaultKind.Drop, 1));
        Assert.That(() => _client.PostAsync("/api/v1/pods", new StringContent("a")), Throws.InstanceOf<HttpRequestException>());
        Assert.That(_upstream.Processed, Is.Empty);
        Assert.That(_plan.Counts, Is.EqualTo(new Dictionary<FaultKind, long> { [FaultKind.Drop] = 1 }));
    }

    [Test]
    public async Task A_lost_answer_was_processed()
    {
        await StartAsync(new FaultRule(FaultKind.LoseAnswer, 1));
        Assert.That(() => _client.PostAsync("/api/v1/pods", new StringContent("a")), Throws.InstanceOf<HttpRequestException>());
        Assert.That(_upstream.Processed, Is.EqualTo(new[] { "POST /api/v1/pods a" }));
        Assert.That(_plan.Counts.Keys, Is.EqualTo(new[] { FaultKind.LoseAnswer }));
    }

    [Test]
    public async Task A_duplicated_write_is_processed_twice_and_answered_once()
    {
        await StartAsync(new FaultRule(FaultKind.Duplicate, 1));
        using HttpResponseMessage answer = await _client.PostAsync("/api/v1/pods", new StringContent("a"));
        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo("echo:a"));
        Assert.That(_upstream.Processed, Is.EqualTo(new[] { "POST /api/v1/pods a", "POST /api/v1/pods a" }));
    }

    [TestCase(FaultKind.Conflict, "PUT", 409, "Conflict")]
    [TestCase(FaultKind.Gone, "GET", 410, "Expired")]
    [TestCase(FaultKind.TooManyRequests, "POST", 429, "TooManyRequests")]
    [TestCase(FaultKind.InternalError, "POST", 500, "InternalError")]
    [TestCase(FaultKind.Unavailable, "GET", 503, "ServiceUnavailable")]
    public async Task A_refusal_is_a_status_in_the_form_that_the_client_asks_for(FaultKind kind, string method, int code, string reason)
    {
        await StartAsync(new FaultRule(kind, 1) { RetryAfter = TimeSpan.FromSeconds(3) });
        foreach (bool protobuf in new[] { false, true })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), "/api/v1/pods");
            if (method != "GET") request.Content = new StringContent("{}");
            if (protobuf) request.Headers.Accept.ParseAdd("application/vnd.kubernetes.protobuf, application/json");
            using HttpResponseMessage answer = await _client.SendAsync(request);
            byte[] body = await answer.Content.ReadAsByteArrayAsync();
            JsonNode status = JsonNode.Parse(protobuf ? ProtobufTranscoder.ToJson(body) : body)!;
            Assert.Multiple(() =>
            {
                Assert.That((int)answer.StatusCode, Is.EqualTo(code));
                Assert.That((string?)status["reason"], Is.EqualTo(reason));
                Assert.That((int?)status["code"], Is.EqualTo(code));
                Assert.That(answer.Headers.RetryAfter?.Delta, Is.EqualTo(kind == FaultKind.TooManyRequests ? TimeSpan.FromSeconds(3) : null));
            });
        }
        Assert.That(_upstream.Processed, Is.Empty);
        Assert.That(_plan.Counts[kind], Is.EqualTo(2));
    }

    [Test]
    public async Task A_delayed_request_is_processed_when_its_time_has_come()
    {
        await StartAsync(new FaultRule(FaultKind.Delay, 1) { Delay = TimeSpan.FromMinutes(1) });
        Task<string> answer = _client.GetStringAsync("/api/v1/pods");
        await UntilAsync(() => _plan.Counts.ContainsKey(FaultKind.Delay));
        Assert.That(_upstream.Processed, Is.Empty);
        await UntilAsync(() => answer.IsCompleted, () => _time.Advance(TimeSpan.FromSeconds(30)));
        Assert.That(await answer, Is.EqualTo("echo:"));
    }

    [Test]
    public async Task A_trickling_answer_is_whole_in_the_end()
    {
        await StartAsync(new FaultRule(FaultKind.Trickle, 1) { Delay = TimeSpan.FromSeconds(1) });
        Task<HttpResponseMessage> answer = _client.PostAsync("/api/v1/pods", new StringContent(new string('x', 5_000)));
        await UntilAsync(() => answer.IsCompleted, () => _time.Advance(TimeSpan.FromSeconds(1)));
        using HttpResponseMessage response = await answer;
        Task<string> body = response.Content.ReadAsStringAsync();
        await UntilAsync(() => body.IsCompleted, () => _time.Advance(TimeSpan.FromSeconds(1)));
        Assert.That(await body, Is.EqualTo("echo:" + new string('x', 5_000)));
    }

    [Test]
    public async Task A_cut_watch_ends_inside_an_event()
    {
        await StartAsync(new FaultRule(FaultKind.CutWatch, 1) { MaxEvents = 0 });
        using StreamReader watch = await WatchAsync();
        _upstream.Send("0123456789");
        char[] read = new char[20];
        int count = 0;
        Assert.That(async () =>
        {
            for (int more; (more = await watch.ReadAsync(read.AsMemory(count))) > 0;) count += more;
        }, Throws.InstanceOf<IOException>());
        Assert.That(_plan.Counts[FaultKind.CutWatch], Is.EqualTo(1));

        // A reset may overtake what was sent before it.
        Assert.That(new string(read, 0, count), Is.EqualTo("01234"[..Math.Min(count, 5)]));
    }

    [Test]
    public async Task An_ended_watch_has_only_whole_events()
    {
        await StartAsync(new FaultRule(FaultKind.EndWatch, 1) { MaxEvents = 0 });
        using StreamReader watch = await WatchAsync();
        _upstream.Send("first");
        Assert.That(await watch.ReadToEndAsync(), Is.Empty);
    }

    [Test]
    public async Task An_expired_watch_says_so_in_its_stream_and_ends()
    {
        await StartAsync(new FaultRule(FaultKind.ExpireWatch, 1) { MaxEvents = 0 });
        using StreamReader watch = await WatchAsync();
        _upstream.Send("first");
        JsonNode error = JsonNode.Parse((await watch.ReadLineAsync())!)!;
        Assert.That(((string?)error["type"], (int?)error["object"]!["code"], (string?)error["object"]!["reason"]), Is.EqualTo(("ERROR", 410, "Expired")));
        Assert.That(await watch.ReadLineAsync(), Is.Null);
    }

    [Test]
    public async Task Garbage_stands_between_two_events_and_the_watch_goes_on()
    {
        await StartAsync(new FaultRule(FaultKind.GarbageInWatch, 1) { MaxEvents = 0 });
        using StreamReader watch = await WatchAsync();
        _upstream.Send("first");
        _upstream.Send("second");
        string? garbage = await watch.ReadLineAsync();
        Assert.That(() => JsonNode.Parse(garbage!), Throws.InstanceOf<System.Text.Json.JsonException>());
        Assert.That((await watch.ReadLineAsync(), await watch.ReadLineAsync()), Is.EqualTo(("first", "second")));
    }

    [Test]
    public async Task Garbage_among_protobuf_events_keeps_their_frames()
    {
        await StartAsync([new FaultRule(FaultKind.GarbageInWatch, 1) { MaxEvents = 0 }], ProtobufTranscoder.WatchContentType);
        using HttpResponseMessage answer = await _client.GetAsync("/api/v1/pods?watch=1", HttpCompletionOption.ResponseHeadersRead);
        Stream stream = await answer.Content.ReadAsStreamAsync();
        byte[] frame = ProtobufTranscoder.ToWatchFrame("ADDED", """{"apiVersion":"v1","kind":"Pod"}"""u8);
        _upstream.Events.Writer.TryWrite(frame[..7]);
        _upstream.Events.Writer.TryWrite(frame[7..]);
        byte[] read = new byte[12 + frame.Length];
        await stream.ReadExactlyAsync(read);
        Assert.That(() => ProtobufTranscoder.FromWatchFrame(read, out _), Throws.TypeOf<TranscodingException>());
        Assert.That(read[12..], Is.EqualTo(frame));
    }

    [Test]
    public async Task A_silent_watch_says_nothing_until_faults_are_turned_off_and_is_then_reset()
    {
        await StartAsync(new FaultRule(FaultKind.SilentWatch, 1) { MaxEvents = 0 });
        using StreamReader watch = await WatchAsync();
        _upstream.Send("first");
        Task<string?> line = watch.ReadLineAsync();
        await UntilAsync(() => _plan.Counts.ContainsKey(FaultKind.SilentWatch));
        Assert.That(line.IsCompleted, Is.False);
        _plan.IsOn = false;
        Assert.That(() => line, Throws.InstanceOf<IOException>());
    }

    private Task StartAsync(params FaultRule[] rules) => StartAsync(rules, "application/json");

    private async Task StartAsync(FaultRule[] rules, string watchContentType)
    {
        _plan = new FaultPlan(5, rules, _time);
        _upstream = await Upstream.StartAsync(isProxy ? null : FaultInjection.Of(_plan), watchContentType);
        _open.Add(_upstream);
        Uri address = _upstream.Address;
        if (isProxy)
        {
            FaultProxy proxy = await FaultProxy.StartAsync(new FaultProxyOptions { Upstream = address, Plan = _plan });
            _open.Add(proxy);
            address = proxy.Address;
        }
        _client = new HttpClient { BaseAddress = address };
    }

    private async Task<StreamReader> WatchAsync()
    {
        HttpResponseMessage answer = await _client.GetAsync("/api/v1/pods?watch=1", HttpCompletionOption.ResponseHeadersRead);
        return new StreamReader(await answer.Content.ReadAsStreamAsync(), Encoding.UTF8);
    }

    private static async Task UntilAsync(Func<bool> condition, Action? meanwhile = null)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            meanwhile?.Invoke();
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
