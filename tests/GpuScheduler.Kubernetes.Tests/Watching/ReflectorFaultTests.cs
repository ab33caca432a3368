namespace GpuScheduler.Kubernetes.Tests;

[TestFixture(false)]
[TestFixture(true)]
[Parallelizable(ParallelScope.All)]
internal sealed class ReflectorFaultTests(bool isProtobuf)
{
    private static readonly Thing A = new("a", "1", 3);
    private static readonly Thing B = new("b", "2", 4);

    private readonly ThingWire _wire = new(isProtobuf);

    [Test]
    public async Task A_continue_token_that_expired_begins_the_list_anew_and_deletes_nothing_meanwhile()
    {
        await using ReflectorRun run = new(_wire);
        FakeExchange first = await run.Request();
        await first.Reply(200, _wire.ListType, _wire.List([A], 9, "token"));
        FakeExchange second = await run.Request();
        await second.Reply(410, _wire.ListType, _wire.Status(410, "The provided continue parameter is too old"));
        FakeExchange again = await run.Request();
        Assert.That(again.Query, Does.Not.ContainKey("continue"));
        Assert.That(run.View.Calls, Is.EqualTo(new[] { "+a@3" }));
        await again.Reply(200, _wire.ListType, _wire.List([B], 12));
        await run.Watch(12);
        await run.UntilCalls("+a@3", "+b@4", "-a@3", "synced");
    }

    [Test]
    public async Task Gone_as_event_or_as_status_makes_a_new_list_which_alone_tells_what_is_gone([Values] bool asStatus)
    {
        await using ReflectorRun run = new(_wire);
        await run.List(5, A, B);
        if (asStatus)
        {
            FakeExchange watch = await run.Request();
            await watch.Reply(410, _wire.ListType, _wire.Status(410, "too old resource version"));
        }
        else
        {
            FakeExchange watch = await run.Watch(5);
            await watch.Send(_wire.Error(410, "too old resource version"));
        }

        await run.List(9, B);
        await run.Watch(9);
        await run.UntilCalls("+a@3", "+b@4", "synced", "-a@3");
        Assert.That(run.Observer.Lists, Is.EqualTo(new[] { RelistReason.Start, RelistReason.Expired }));
    }

    [Test]
    public async Task Garbage_in_a_watch_is_counted_and_makes_a_new_list()
    {
        await using ReflectorRun run = new(_wire);
        await run.List(5, A);
        FakeExchange watch = await run.Watch(5);
        await watch.Send(_wire.Event("ADDED", B with { Version = 6 }), _wire.Garbage());
        await run.List(9, A, B with { Version = 6 });
        await run.Watch(9);
        await run.UntilCalls("+a@3", "synced", "+b@6");
        Assert.That(run.Observer.Ends.Count(e => e.End == WatchEnd.Malformed), Is.EqualTo(1));
        Assert.That(run.Observer.Lists.Last(), Is.EqualTo(RelistReason.Malformed));
    }

    [Test]
    public async Task Garbage_as_a_list_deletes_nothing([Values("application/json", "text/html", "application/vnd.kubernetes.protobuf")] string contentType)
    {
        await using ReflectorRun run = new(_wire);
        await run.List(5, A);
        FakeExchange watch = await run.Watch(5);
        await watch.Send(_wire.Error(410, "too old resource version"));
        FakeExchange list = await run.Request();
        await list.Reply(200, contentType, "{\"metadata\":{\"resourceVersion\":\"7\"},\"items\":["u8.ToArray());
        await run.List(9, A);
        await run.Watch(9);
        Assert.That(run.View.Calls, Is.EqualTo(new[] { "+a@3", "synced" }));
    }

    [Test]
    public async Task A_watch_that_is_closed_reset_or_cut_within_an_event_goes_on_from_the_last_version([Values("end", "reset", "cut")] string fault)
    {
        await using ReflectorRun run = new(_wire);
        await run.List(5, A);
        FakeExchange watch = await run.Watch(5);
        await watch.Send(_wire.Event("ADDED", B with { Version = 6 }));
        await run.UntilCalls("+a@3", "synced", "+b@6");
        switch (fault)
        {
            case "end":
                await watch.End();
                break;
            case "reset":
                watch.Reset();
                break;
            default:
                await watch.Send(_wire.Event("DELETED", B with { Version = 7 })[..^3]);
                await watch.End();
                break;
        }

        FakeExchange next = await run.Watch(6);
        await next.Send(_wire.Event("DELETED", B with { Version = 7 }));
        await run.UntilCalls("+a@3", "synced", "+b@6", "-b@6");
        Assert.That(run.Observer.Ends.Last().End, Is.EqualTo(fault == "end" ? WatchEnd.Closed : WatchEnd.Broken));
    }

    [Test]
    public async Task A_watch_that_says_nothing_is_given_up_after_its_time_and_some_slack_and_its_view_grows_old_meanwhile()
    {
        await using ReflectorRun run = new(_wire);
        await run.List(5, A);
        FakeExchange watch = await run.Watch(5);
        int term = int.Parse(watch.Query["timeoutSeconds"], System.Globalization.CultureInfo.InvariantCulture);
        run.Time.Advance(TimeSpan.FromSeconds(term + 4.9));
        Assert.That(run.Reflector.Age, Is.GreaterThan(TimeSpan.FromSeconds(term)));
        Assert.That(run.Observer.Ends.Select(e => e.End), Is.EqualTo(new[] { WatchEnd.Listed }));
        run.Time.Advance(TimeSpan.FromSeconds(0.2));
        await run.Watch(5);
        Assert.That(run.Observer.Ends.Last().End, Is.EqualTo(WatchEnd.Silent));
        Assert.That(run.Reflector.Age, Is.GreaterThan(TimeSpan.FromSeconds(term)), "to connect anew is no proof");
    }

    [Test]
    public async Task Watches_that_are_always_cut_before_they_prove_anything_make_a_new_list_which_does()
    {
        await using ReflectorRun run = new(_wire);
        await run.List(5, A);
        for (int i = 0; i < 3; i++)
        {
            FakeExchange watch = await run.Watch(5);
            run.Time.Advance(TimeSpan.FromSeconds(15));
            await watch.End();
        }

        await run.List(5, A);
        await run.Watch(5);
        Assert.That(run.Reflector.Age, Is.LessThan(TimeSpan.FromSeconds(1)));
        Assert.That(run.Observer.Lists, Is.EqualTo(new[] { RelistReason.Start, RelistReason.Stale }));
    }

    [Test]
    public async Task A_server_that_cannot_be_reached_for_long_is_not_asked_for_a_list_when_it_is_back()
    {
        await using ReflectorRun run = new(_wire);
        await run.List(5, A);
        FakeExchange watch = await run.Watch(5);
        watch.Reset();
        for (int i = 0; i < 4; i++)
        {
            FakeExchange refused = await run.Request();
            run.Time.Advance(TimeSpan.FromSeconds(15));
            await refused.Reply(503, _wire.ListType, _wire.Status(503, "starting"));
        }

        FakeExchange back = await run.Watch(5);
        await back.Send(_wire.Event("ADDED", B with { Version = 6 }));
        await run.UntilCalls("+a@3", "synced", "+b@6");
        Assert.That(run.Reflector.Age, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public async Task Too_many_requests_are_answered_by_the_wait_that_the_server_asks_for()
    {
        await using ReflectorRun run = new(_wire);
        FakeExchange list = await run.Request();
        await list.Reply(429, _wire.ListType, _wire.Status(429, "too many requests"), "Retry-After: 17\r\n");
        await run.List(5, A);
        await run.Watch(5);
        Assert.That(run.Observer.Ends.First(), Is.EqualTo((WatchEnd.Refused, "HTTP 429: too many requests", TimeSpan.FromSeconds(17))));
    }

    [Test]
    public async Task Failures_in_a_row_wait_twice_as_long_each_time_up_to_the_longest()
    {
        await using ReflectorRun run = new(_wire, new ReflectorOptions { MaxBackoff = TimeSpan.FromSeconds(2) });
        for (int i = 0; i < 7; i++)
        {
            FakeExchange list = await run.Request();
            await list.Reply(500, _wire.ListType, _wire.Status(500, "etcd is away"));
        }

        await run.List(5);
        await run.Watch(5);
        double[] waits = [.. run.Observer.Ends.Take(7).Select(e => e.Delay.TotalSeconds)];
        double[] longest = [0.2, 0.4, 0.8, 1.6, 2, 2, 2];
        Assert.That(waits.Zip(longest), Is.All.Matches<(double Wait, double Longest)>(w => w.Wait >= w.Longest / 2 && w.Wait <= w.Longest));
    }

    [Test]
    public async Task A_server_that_went_back_in_time_is_listed_anew_and_believed([Values("bookmark", "event", "status")] string sign)
    {
        await using ReflectorRun run = new(_wire);
        await run.List(50, A with { Version = 40 }, B);
        FakeExchange watch = await run.Request();
        if (sign == "status")
        {
            await watch.Reply(504, _wire.ListType, _wire.Status(504, "Too large resource version: 50, current: 9"));
        }
        else
        {
            await watch.Open(_wire.WatchType);
            await watch.Send(sign == "event" ? _wire.Error(504, "Too large resource version: 50, current: 9") : _wire.Bookmark(9));
        }

        await run.List(9, A);
        await run.Watch(9);
        await run.UntilCalls("+a@40", "+b@4", "synced", "~a@3", "-b@4");
        Assert.That(run.Observer.Lists.Last(), Is.EqualTo(RelistReason.WentBack));
    }

    [Test]
    public async Task A_server_that_sends_no_protobuf_is_asked_for_json([Values(406, 415)] int status)
    {
        ThingWire json = new(false);
        await using ReflectorRun run = new(_wire);
        FakeExchange list = await run.Request();
        if (isProtobuf)
        {
            await list.Reply(status, "text/plain", []);
            list = await run.Request();
        }

        Assert.That(list.Headers["Accept"], Is.EqualTo("application/json"));
        await list.Reply(200, json.ListType, json.List([A], 5));
        FakeExchange watch = await run.Request();
        await watch.Open(json.WatchType);
        await watch.Send(json.Event("ADDED", B with { Version = 6 }));
        await run.UntilCalls("+a@3", "synced", "+b@6");
    }

    [Test]
    public async Task A_server_that_answers_with_json_though_protobuf_was_preferred_is_understood()
    {
        ThingWire json = new(false);
        await using ReflectorRun run = new(_wire);
        FakeExchange list = await run.Request();
        await list.Reply(200, json.ListType, json.List([A], 5));
        FakeExchange watch = await run.Request();
        await watch.Open(json.WatchType);
        await watch.Send(json.Event("ADDED", B with { Version = 6 }));
        await run.UntilCalls("+a@3", "synced", "+b@6");
    }
}
