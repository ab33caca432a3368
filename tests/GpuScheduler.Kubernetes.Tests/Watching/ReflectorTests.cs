namespace GpuScheduler.Kubernetes.Tests;

[TestFixture(false)]
[TestFixture(true)]
[Parallelizable(ParallelScope.All)]
internal sealed class ReflectorTests(bool isProtobuf)
{
    private readonly ThingWire _wire = new(isProtobuf);

    [Test]
    public async Task Lists_page_by_page_and_then_watches_from_the_version_of_the_list()
    {
        await using ReflectorRun run = new(_wire, new ReflectorOptions { PageSize = 2 });
        FakeExchange first = await run.Request();
        Assert.That(first.Path, Is.EqualTo("/apis/test/v1/things"));
        Assert.That(first.Query["limit"], Is.EqualTo("2"));
        Assert.That(first.Headers["Accept"], Does.StartWith(_wire.ListType));
        await first.Reply(200, _wire.ListType, _wire.List([new("a", "1", 1), new("b", "2", 2)], 9, "next&=page"));
        FakeExchange second = await run.Request();
        Assert.That(second.Query["continue"], Is.EqualTo("next&=page"));
        Assert.That(run.Reflector.Age, Is.Null, "half a list is no view");
        await second.Reply(200, _wire.ListType, _wire.List([new("c", "3", 3)], 9));
        FakeExchange watch = await run.Watch(9);
        Assert.That(watch.Query["allowWatchBookmarks"], Is.EqualTo("true"));
        Assert.That(int.Parse(watch.Query["timeoutSeconds"], System.Globalization.CultureInfo.InvariantCulture), Is.InRange(20, 30));
        await run.UntilCalls("+a@1", "+b@2", "+c@3", "synced");
    }

    [Test]
    public async Task Tells_additions_changes_and_deletions_as_the_watch_sends_them_even_in_pieces()
    {
        await using ReflectorRun run = new(_wire);
        await run.List(5, new Thing("a", "1", 3));
        FakeExchange watch = await run.Watch(5);
        byte[] all =
        [
            .. _wire.Event("ADDED", new Thing("b", "2", 6)),
            .. _wire.Event("MODIFIED", new Thing("a", "1", 7, 5)),
            .. _wire.Event("DELETED", new Thing("b", "2", 8)),
        ];
        foreach (byte[] piece in all.Chunk(7))
        {
            await watch.Send(piece);
        }

        await run.UntilCalls("+a@3", "synced", "+b@6", "~a@7", "-b@6");
        Assert.That(run.View.Things, Is.EqualTo(new[] { new Thing("a", "1", 7, 5) }));
        Assert.That(run.Observer.Events, Is.EqualTo(new[] { WatchEventType.Added, WatchEventType.Modified, WatchEventType.Deleted }));
    }

    [Test]
    public async Task An_event_said_twice_or_too_late_changes_nothing()
    {
        await using ReflectorRun run = new(_wire);
        await run.List(5, new Thing("a", "1", 3));
        FakeExchange watch = await run.Watch(5);
        await watch.Send(
            _wire.Event("ADDED", new Thing("b", "2", 6)),
            _wire.Event("ADDED", new Thing("b", "2", 6)),
            _wire.Event("MODIFIED", new Thing("b", "2", 7)),
            _wire.Event("MODIFIED", new Thing("b", "2", 6)),
            _wire.Event("DELETED", new Thing("b", "2", 8)),
            _wire.Event("DELETED", new Thing("b", "2", 8)),
            _wire.Event("ADDED", new Thing("b", "2", 6)),
            _wire.Event("ADDED", new Thing("c", "3", 9)));
        await run.UntilCalls("+a@3", "synced", "+b@6", "~b@7", "-b@7", "+c@9");
    }

    [Test]
    public async Task Another_object_under_the_same_name_is_a_deletion_and_an_addition()
    {
        await using ReflectorRun run = new(_wire);
        await run.List(5, new Thing("a", "1", 3));
        FakeExchange watch = await run.Watch(5);
        await watch.Send(
            _wire.Event("ADDED", new Thing("a", "2", 7)),
            _wire.Event("DELETED", new Thing("a", "1", 6)),
            _wire.Event("MODIFIED", new Thing("a", "2", 8)));
        await run.UntilCalls("+a@3", "synced", "-a@3", "+a@7", "~a@8");
    }

    [Test]
    public async Task An_object_that_cannot_be_decoded_is_reported_and_the_rest_goes_on()
    {
        await using ReflectorRun run = new(_wire);
        await run.List(5, new Thing("a", "1", 3, -1), new Thing("b", "2", 3));
        FakeExchange watch = await run.Watch(5);
        await watch.Send(
            _wire.Event("MODIFIED", new Thing("b", "2", 6, -1)),
            _wire.Event("ADDED", new Thing("c", "3", 7)));
        await run.UntilCalls("+b@3", "synced", "+c@7");
        Assert.That(run.Observer.Problems, Is.EqualTo(new (ObjectKey?, string)[]
        {
            (new ObjectKey("ns", "a"), "value: negative"), (new ObjectKey("ns", "b"), "value: negative"),
        }));

        // Nor does a list that has it undecodable delete what was known of it.
        await watch.Send(_wire.Error(410, "too old resource version"));
        await run.List(9, new Thing("b", "2", 6, -1), new Thing("c", "3", 7));
        await run.Watch(9);
        Assert.That(run.View.Things.Select(t => t.Name), Is.EqualTo(new[] { "b", "c" }));
    }

    [Test]
    public async Task An_idle_cluster_stays_fresh_by_bookmarks_and_by_watches_that_end_at_their_time()
    {
        await using ReflectorRun run = new(_wire);
        await run.List(5);
        FakeExchange watch = await run.Watch(5);
        await run.Until(() => run.Reflector.Age is not null);
        run.Time.Advance(TimeSpan.FromSeconds(15));
        Assert.That(run.Reflector.Age, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(15)));
        await watch.Send(_wire.Bookmark(40));
        await run.Until(() => run.Reflector.Age == TimeSpan.Zero);
        await watch.End();
        FakeExchange next = await run.Watch(40);
        int term = int.Parse(next.Query["timeoutSeconds"], System.Globalization.CultureInfo.InvariantCulture);
        run.Time.Advance(TimeSpan.FromSeconds(term));
        await next.End();
        await run.Watch(40);
        Assert.That(run.Reflector.Age, Is.EqualTo(TimeSpan.Zero));
        Assert.That(run.Observer.Lists, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_streaming_list_is_complete_with_its_bookmark_and_goes_on_as_the_watch()
    {
        await using ReflectorRun run = new(_wire, new ReflectorOptions { StreamingList = true });
        FakeExchange stream = await run.Request();
        Assert.That(stream.Query["sendInitialEvents"], Is.EqualTo("true"));
        Assert.That(stream.Query["resourceVersionMatch"], Is.EqualTo("NotOlderThan"));
        await stream.Open(_wire.WatchType);
        await stream.Send(_wire.Event("ADDED", new Thing("b", "2", 7)), _wire.Event("ADDED", new Thing("a", "1", 3)));
        await run.UntilCalls("+b@7", "+a@3");
        Assert.That(run.Reflector.Age, Is.Null);
        await stream.Send(_wire.Bookmark(9, endsList: true), _wire.Event("DELETED", new Thing("a", "1", 10)));
        await run.UntilCalls("+b@7", "+a@3", "synced", "-a@3");
        await stream.End();
        await run.Watch(10);
    }

    [Test]
    public async Task A_server_that_refuses_a_streaming_list_is_asked_for_pages([Values(400, 422)] int status)
    {
        await using ReflectorRun run = new(_wire, new ReflectorOptions { StreamingList = true });
        FakeExchange stream = await run.Request();
        await stream.Reply(status, _wire.ListType, _wire.Status(status, "sendInitialEvents is forbidden"));
        await run.List(5, new Thing("a", "1", 3));
        await run.Watch(5);
        await run.UntilCalls("+a@3", "synced");
    }

    [Test]
    public async Task A_server_that_knows_no_streaming_list_is_found_out([Values("bookmark", "end", "silence")] string sign)
    {
        await using ReflectorRun run = new(_wire, new ReflectorOptions { StreamingList = true });
        FakeExchange stream = await run.Request();
        await stream.Open(_wire.WatchType);
        await stream.Send(_wire.Event("ADDED", new Thing("a", "1", 3)));
        await run.UntilCalls("+a@3");
        switch (sign)
        {
            case "bookmark":
                await stream.Send(_wire.Bookmark(4));
                break;
            case "end":
                await stream.End();
                break;
            default:
                run.Time.Advance(TimeSpan.FromSeconds(61));
                break;
        }

        await run.List(5, new Thing("b", "2", 4));
        await run.Watch(5);
        await run.UntilCalls("+a@3", "+b@4", "-a@3", "synced");
        Assert.That(run.Observer.Ends.First().End, Is.EqualTo(WatchEnd.NotStreaming));
    }

    [Test]
    public async Task What_a_handler_throws_ends_the_run_and_is_not_taken_for_a_fault_of_the_server()
    {
        ThingView view = new() { Deleting = _ => throw new NotSupportedException("mine") };
        ReflectorRun run = new(_wire, view: view);
        await run.List(5, new Thing("a", "1", 3));
        FakeExchange watch = await run.Watch(5);
        await watch.Send(_wire.Event("DELETED", new Thing("a", "1", 6)));
        Assert.That(async () => await run.Until(() => false), Throws.TypeOf<NotSupportedException>());
    }
}
