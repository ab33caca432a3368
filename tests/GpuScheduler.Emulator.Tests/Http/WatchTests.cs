using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Emulator.Tests;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class WatchTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Test]
    public async Task A_watch_without_a_version_sends_what_is_there_and_then_every_change()
    {
        await using Api api = await Api.StartAsync();
        await api.CreateAsync(Api.Pods, Api.Pod("a"));
        using WatchReader watch = await api.WatchAsync("/api/v1/pods");
        Assert.That(await watch.NextTextAsync(), Is.EqualTo("ADDED a"));
        await api.CreateAsync(Api.Pods, Api.Pod("b"));
        await api.BindAsync("a", "n1");
        await api.DeleteAsync(Api.Pods + "/b");
        Assert.That(await watch.NextTextAsync(), Is.EqualTo("ADDED b"));
        Assert.That(await watch.NextTextAsync(), Is.EqualTo("MODIFIED a"));
        Assert.That(await watch.NextTextAsync(), Is.EqualTo("MODIFIED b"), "marked as deleted");
        Assert.That(await watch.NextTextAsync(), Is.EqualTo("DELETED b"));
    }

    [Test]
    public async Task A_watch_from_a_version_sends_exactly_the_changes_after_it()
    {
        await using Api api = await Api.StartAsync();
        await api.CreateAsync(Api.Pods, Api.Pod("a"));
        string version = (await api.GetAsync(Api.Pods))["metadata"]!["resourceVersion"]!.GetValue<string>();
        await api.CreateAsync(Api.Pods, Api.Pod("b"));
        using WatchReader watch = await api.WatchAsync(Api.Pods, "resourceVersion=" + version);
        Assert.That(await watch.NextTextAsync(), Is.EqualTo("ADDED b"));
    }

    [Test]
    public async Task A_watch_with_no_events_answers_at_once()
    {
        await using Api api = await Api.StartAsync();
        using WatchReader watch = await api.WatchAsync(Api.Pods, "resourceVersion=" + api.Server.Cluster.Version);
        await api.CreateAsync(Api.Pods, Api.Pod("a"));
        Assert.That(await watch.NextTextAsync(), Is.EqualTo("ADDED a"));
    }

    [Test]
    public async Task Entering_and_leaving_a_field_selection_is_told_as_added_and_deleted()
    {
        await using Api api = await Api.StartAsync();
        using WatchReader unassigned = await api.WatchAsync(Api.Pods, "fieldSelector=spec.nodeName%3D");
        using WatchReader onNode = await api.WatchAsync(Api.Pods, "fieldSelector=spec.nodeName%3Dn1,status.phase!%3DFailed");
        await api.CreateAsync(Api.Pods, Api.Pod("a"));
        await api.BindAsync("a", "n1");
        Assert.That(await unassigned.NextTextAsync(), Is.EqualTo("ADDED a"));
        (string type, JsonObject left) = (await unassigned.NextAsync())!.Value;
        (string entered, JsonObject bound) = (await onNode.NextAsync())!.Value;
        Assert.That((type, entered), Is.EqualTo(("DELETED", "ADDED")));
        Assert.That(left["spec"]!["nodeName"], Is.Null, "the last state that was selected");
        Assert.That(left["metadata"]!["resourceVersion"]!.GetValue<string>(), Is.EqualTo(bound["metadata"]!["resourceVersion"]!.GetValue<string>()));
    }

    [Test]
    public async Task Entering_and_leaving_a_label_selection_is_told_as_added_and_deleted()
    {
        await using Api api = await Api.StartAsync();
        using WatchReader watch = await api.WatchAsync(Api.Pods, "labelSelector=tier in (gold,silver),!old");
        await api.CreateAsync(Api.Pods, Api.Pod("a"));
        foreach (string labels in (string[])["""{"tier":"gold"}""", """{"tier":"silver"}""", """{"old":"x"}"""])
            await api.PatchAsync(Api.Pods + "/a", "application/merge-patch+json", $$"""{"metadata":{"labels":{{labels}} } }""");
        Assert.That(await watch.NextTextAsync(), Is.EqualTo("ADDED a"));
        Assert.That(await watch.NextTextAsync(), Is.EqualTo("MODIFIED a"));
        Assert.That(await watch.NextTextAsync(), Is.EqualTo("DELETED a"));
    }

    [Test]
    public async Task A_version_older_than_the_window_is_an_error_event_410()
    {
        await using Api api = await Api.StartAsync(new EmulatorOptions { WatchWindow = 3 });
        for (int index = 0; index < 5; index++) await api.CreateAsync(Api.Pods, Api.Pod("p" + index));
        using WatchReader watch = await api.WatchAsync(Api.Pods, "resourceVersion=8");
        (string type, JsonObject status) = (await watch.NextAsync())!.Value;
        Assert.That((type, status["code"]!.GetValue<int>(), status["reason"]!.GetValue<string>()), Is.EqualTo(("ERROR", 410, "Expired")));
        Assert.That(status["message"]!.GetValue<string>(), Does.StartWith("too old resource version: 8 ("));
        Assert.That(await watch.NextAsync(), Is.Null, "the watch ends");
    }

    [Test]
    public async Task After_history_is_forgotten_only_the_newest_version_can_be_watched_from()
    {
        await using Api api = await Api.StartAsync();
        await api.CreateAsync(Api.Pods, Api.Pod("a"));
        long version = api.Server.Cluster.Version;
        api.Server.Cluster.ForgetHistory();
        using WatchReader old = await api.WatchAsync(Api.Pods, $"resourceVersion={version - 1}");
        Assert.That((await old.NextAsync())!.Value.Type, Is.EqualTo("ERROR"));
        using WatchReader watch = await api.WatchAsync(Api.Pods, $"resourceVersion={version}");
        await api.CreateAsync(Api.Pods, Api.Pod("b"));
        Assert.That(await watch.NextTextAsync(), Is.EqualTo("ADDED b"));
    }

    [Test]
    public async Task A_watch_from_a_version_of_the_future_is_silent_until_then()
    {
        await using Api api = await Api.StartAsync();
        using WatchReader watch = await api.WatchAsync(Api.Pods, $"resourceVersion={api.Server.Cluster.Version + 2}");
        foreach (string name in (string[])["a", "b", "c"]) await api.CreateAsync(Api.Pods, Api.Pod(name));
        Assert.That(await watch.NextTextAsync(), Is.EqualTo("ADDED c"));
    }

    [TestCase("watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=999999")]
    [TestCase("resourceVersion=999999")]
    public async Task A_list_of_the_future_is_refused_as_too_large(string query)
    {
        await using Api api = await Api.StartAsync();
        JsonObject status = await api.SendAsync(HttpMethod.Get, $"{Api.Pods}?{query}", null, HttpStatusCode.GatewayTimeout);
        Assert.That(status["details"]!["causes"]![0]!["reason"]!.GetValue<string>(), Is.EqualTo("ResourceVersionTooLarge"));
    }

    [Test]
    public async Task A_streaming_list_ends_with_a_bookmark_that_says_so()
    {
        await using Api api = await Api.StartAsync();
        await api.CreateAsync(Api.Pods, Api.Pod("a"));
        using WatchReader watch = await api.WatchAsync(Api.Pods, "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true");
        Assert.That(await watch.NextTextAsync(), Is.EqualTo("ADDED a"));
        (string type, JsonObject bookmark) = (await watch.NextAsync())!.Value;
        Assert.That(type, Is.EqualTo("BOOKMARK"));
        Assert.That(bookmark["kind"]!.GetValue<string>(), Is.EqualTo("Pod"));
        Assert.That(bookmark["metadata"]!["annotations"]!["k8s.io/initial-events-end"]!.GetValue<string>(), Is.EqualTo("true"));
        Assert.That(bookmark["metadata"]!["resourceVersion"]!.GetValue<string>(), Is.EqualTo($"{api.Server.Cluster.Version}"));
        await api.CreateAsync(Api.Pods, Api.Pod("b"));
        Assert.That(await watch.NextTextAsync(), Is.EqualTo("ADDED b"));
    }

    [Test]
    public async Task A_streaming_list_without_its_match_is_invalid()
    {
        await using Api api = await Api.StartAsync();
        JsonObject status = await api.SendAsync(HttpMethod.Get, Api.Pods + "?watch=true&sendInitialEvents=true", null, HttpStatusCode.UnprocessableEntity);
        Assert.That(status["message"]!.GetValue<string>(), Does.Contain("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
    }

    [Test]
    public async Task Bookmarks_come_at_their_interval_and_carry_the_version_of_other_resources_changes()
    {
        var time = new FakeTimeProvider(Start);
        await using Api api = await Api.StartAsync(new EmulatorOptions { Time = time, BookmarkInterval = TimeSpan.FromSeconds(60) });
        using WatchReader watch = await api.WatchAsync(Api.Pods, "allowWatchBookmarks=true");
        await api.CreateAsync(Api.Pods, Api.Pod("a"));
        Assert.That(await watch.NextTextAsync(), Is.EqualTo("ADDED a"));
        await api.CreateAsync("/api/v1/nodes", Api.Node("n1"));
        Task<(string Type, JsonObject Object)?> next = watch.NextAsync();
        while (!next.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(20));
            await Task.WhenAny(next, Task.Delay(TimeSpan.FromMilliseconds(5)));
        }

        Assert.That((await next)!.Value.Type, Is.EqualTo("BOOKMARK"));
        Assert.That((await next)!.Value.Object["metadata"]!["resourceVersion"]!.GetValue<string>(), Is.EqualTo($"{api.Server.Cluster.Version}"));
    }

    [Test]
    public async Task A_watch_ends_cleanly_after_its_timeout()
    {
        var time = new FakeTimeProvider(Start);
        await using Api api = await Api.StartAsync(new EmulatorOptions { Time = time });
        using WatchReader watch = await api.WatchAsync(Api.Pods, "timeoutSeconds=30");
        Task<string> end = watch.NextTextAsync();
        time.Advance(TimeSpan.FromSeconds(29));
        await api.CreateAsync(Api.Pods, Api.Pod("a"));
        Assert.That(await end, Is.EqualTo("ADDED a"));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.That(await watch.NextTextAsync(), Is.EqualTo("END"));
    }

    [Test]
    public async Task A_slow_reader_delays_no_writer_and_is_told_when_it_fell_behind()
    {
        await using Api api = await Api.StartAsync(new EmulatorOptions { WatchWindow = 8 });
        using WatchReader watch = await api.WatchAsync(Api.Pods);
        JsonObject pod = Api.Pod("a");
        pod["metadata"]!["annotations"] = new JsonObject { ["filler"] = new string('x', 200_000) };
        await api.CreateAsync(Api.Pods, pod);
        for (int index = 0; index < 400; index++)
            api.Server.Cluster.ChangeStatus("pods", "default", "a", document => document["status"]!["message"] = $"{index}");
        string last = "";
        while (await watch.NextAsync() is { } next)
        {
            last = next.Type;
            if (last == "ERROR") break;
        }

        Assert.That(last, Is.EqualTo("ERROR"));
    }

    [Test]
    public async Task A_watch_of_a_table_names_its_columns_once()
    {
        await using Api api = await Api.StartAsync();
        api.Client.DefaultRequestHeaders.Accept.ParseAdd("application/json;as=Table;v=v1;g=meta.k8s.io");
        using WatchReader watch = await api.WatchAsync(Api.Pods);
        api.Server.Cluster.Create(Api.Pod("a"));
        api.Server.Cluster.Create(Api.Pod("b"));
        JsonObject first = (await watch.NextAsync())!.Value.Object, second = (await watch.NextAsync())!.Value.Object;
        Assert.That((string?)first["columnDefinitions"]![0]!["name"], Is.EqualTo("Name"));
        Assert.That(second["columnDefinitions"], Is.Null);
        Assert.That((string?)second["rows"]![0]!["cells"]![0], Is.EqualTo("b"));
        Assert.That((string?)second["rows"]![0]!["object"]!["kind"], Is.EqualTo("PartialObjectMetadata"));
    }

    [Test]
    public async Task Disposing_the_server_ends_its_watches()
    {
        Api api = await Api.StartAsync();
        using WatchReader watch = await api.WatchAsync(Api.Pods);
        await api.Server.DisposeAsync();
        Assert.That(await watch.NextTextAsync(), Is.EqualTo("END"));
        api.Client.Dispose();
    }
}
