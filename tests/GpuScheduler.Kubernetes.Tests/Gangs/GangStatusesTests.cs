using System.Text.Json.Nodes;
using GpuScheduler.Cluster;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>What is written into the status of gangs, by ecosystem.</summary>
[TestFixture]
internal sealed class GangStatusesTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 6, 7, 8, 9, TimeSpan.Zero);

    private static readonly GangVerdict Seen = new(GangVerdictKind.Seen, "");
    private static readonly GangVerdict NoRoom = new(GangVerdictKind.Unschedulable, "fits in no rack", 1, 4);
    private static readonly GangVerdict Done = new(GangVerdictKind.Scheduled, "All that it needs is bound: 4 pods", 4, 4);

    [TestCase(GangKinds.PodGroup, "v1beta1", "PodGroupInitiallyScheduled")]
    [TestCase(GangKinds.PodGroup, "v1alpha3", "PodGroupInitiallyScheduled")]
    [TestCase(GangKinds.PodGroup, "v1alpha2", "PodGroupScheduled")]
    [TestCase(GangKinds.CompositePodGroup, "v1alpha3", "CompositePodGroupInitiallyScheduled")]
    public void A_native_group_has_one_condition_that_ends_as_True_for_good(string kind, string version, string type)
    {
        Assert.That(After(kind, Seen, version: version), Is.Null);
        JsonObject waiting = After(kind, NoRoom, version: version)!;
        Assert.That(Conditions(waiting), Is.EqualTo(new[] { $"{type} False Unschedulable 'fits in no rack' 2026-05-06T07:08:09Z" }));
        Assert.That(After(kind, NoRoom, waiting, version), Is.Null, "it says that already");
        JsonObject done = After(kind, Done, waiting, version, Now.AddMinutes(1))!;
        Assert.That(Conditions(done), Is.EqualTo(new[] { $"{type} True Scheduled 'All that it needs is bound: 4 pods' 2026-05-06T07:09:09Z" }));
        Assert.That(After(kind, NoRoom, done, version), Is.Null, "once True it stays so");
    }

    [Test]
    public void Where_only_the_message_changes_the_time_of_the_transition_stays()
    {
        JsonObject before = After(GangKinds.PodGroup, NoRoom)!;
        JsonObject after = After(GangKinds.PodGroup, NoRoom with { Message = "other" }, before, now: Now.AddHours(1))!;
        Assert.That(Conditions(after), Is.EqualTo(new[] { "PodGroupInitiallyScheduled False Unschedulable 'other' 2026-05-06T07:08:09Z" }));
    }

    [Test]
    public void Conditions_of_others_stay()
    {
        JsonObject before = JsonNode.Parse("""{"conditions":[{"type":"DisruptionTarget","status":"True","reason":"PreemptionByScheduler"}]}""")!.AsObject();
        Assert.That(Conditions(After(GangKinds.PodGroup, Done, before)!).Select(c => c.Split(' ')[0]), Is.EqualTo(new[] { "DisruptionTarget", "PodGroupInitiallyScheduled" }));
        Assert.That(before["conditions"]!.AsArray(), Has.Count.EqualTo(1), "what was read is left as it is");
    }

    [Test]
    public void A_group_of_Volcano_goes_from_Inqueue_to_Running_and_says_how_many_lack_room()
    {
        JsonObject seen = After(GangKinds.Volcano, Seen)!;
        Assert.That(seen.ToJsonString(), Is.EqualTo("""{"phase":"Inqueue"}"""));
        Assert.That(After(GangKinds.Volcano, Seen, seen), Is.Null);
        JsonObject waiting = After(GangKinds.Volcano, NoRoom, seen)!;
        Assert.That((string?)waiting["phase"], Is.EqualTo("Inqueue"));
        Assert.That(Conditions(waiting), Is.EqualTo(new[] { "Unschedulable True NotEnoughResources '3/4 tasks in gang unschedulable: fits in no rack' 2026-05-06T07:08:09Z" }));
        JsonObject done = After(GangKinds.Volcano, Done, waiting)!;
        Assert.That((string?)done["phase"], Is.EqualTo("Running"));
        Assert.That(Conditions(done).Select(c => c.Split(' ')[0]), Is.EqualTo(new[] { "Unschedulable", "Scheduled" }));
        Assert.That(After(GangKinds.Volcano, Done, done), Is.Null);
    }

    [Test]
    public void A_gang_of_Grove_starts_when_it_is_scheduled_and_a_phase_that_is_further_stays()
    {
        JsonObject waiting = After(GangKinds.Grove, NoRoom)!;
        Assert.That(waiting.ContainsKey("phase"), Is.False);
        Assert.That(Conditions(waiting), Is.EqualTo(new[] { "Scheduled False Unschedulable 'fits in no rack' 2026-05-06T07:08:09Z" }));
        Assert.That((string?)After(GangKinds.Grove, Done, waiting)!["phase"], Is.EqualTo("Starting"));
        waiting["phase"] = "Running";
        Assert.That(After(GangKinds.Grove, Done, waiting)!.ContainsKey("phase"), Is.False);
    }

    [Test]
    public void A_group_of_KAI_says_for_its_node_pool_why_nothing_of_it_is_placed_until_it_is()
    {
        GangVerdict nothing = NoRoom with { Placed = 0 };
        Assert.That(After(GangKinds.Kai, Seen), Is.Null);
        Assert.That(After(GangKinds.Kai, NoRoom), Is.Null, "KAI says nothing while a part of it runs");
        JsonObject before = JsonNode.Parse("""{"schedulingConditions":[{"nodePool":"other","transitionID":"7"}],"resourcesStatus":{}}""")!.AsObject();
        JsonArray waiting = After(GangKinds.Kai, nothing, before)!["schedulingConditions"]!.AsArray();
        Assert.That(waiting[0]!.ToJsonString(), Is.EqualTo("""{"nodePool":"other","transitionID":"7"}"""));
        Assert.That(waiting[1]!.ToJsonString(), Is.EqualTo(
            """{"type":"UnschedulableOnNodePool","nodePool":"default","status":"True","reason":"Unschedulable","message":"fits in no rack","""
            + "\"reasons\":[{\"reason\":\"Unschedulable\",\"message\":\"fits in no rack\"}],\"transitionID\":\"8\",\"lastTransitionTime\":\"2026-05-06T07:08:09Z\"}"));
        before["schedulingConditions"] = waiting.DeepClone();
        Assert.That(After(GangKinds.Kai, nothing, before), Is.Null, "it says that already");
        JsonArray other = After(GangKinds.Kai, nothing with { Message = "fits nowhere" }, before)!["schedulingConditions"]!.AsArray();
        Assert.That(other.Select(c => $"{c!["nodePool"]} {c["transitionID"]}"), Is.EqualTo(new[] { "other 7", "default 9" }));
        Assert.That(After(GangKinds.Kai, Done, before)!.ToJsonString(), Is.EqualTo("""{"schedulingConditions":null}"""));
        Assert.That(After(GangKinds.Kai, Done), Is.Null);
    }

    [Test]
    public void A_group_of_KAI_notes_when_it_last_started()
    {
        const string Key = "kai.scheduler/last-start-timestamp";
        Assert.That(Annotations(GangKinds.Kai, NoRoom), Is.Null);
        Assert.That(Annotations(GangKinds.Kai, Done)!.ToJsonString(), Is.EqualTo($"{{\"{Key}\":\"2026-05-06T07:08:09Z\"}}"), "somebody started it, and it is not known when");
        Assert.That(Annotations(GangKinds.Kai, Done, "2026-05-01T00:00:00Z"), Is.Null, "a new leader knows no better");
        GangVerdict restarted = Done with { Started = Now.AddMinutes(-1) };
        Assert.That((string?)Annotations(GangKinds.Kai, restarted, "2026-05-01T00:00:00Z")![Key], Is.EqualTo("2026-05-06T07:07:09Z"), "it held nothing, and was started again");
        Assert.That(Annotations(GangKinds.Kai, restarted, "2026-05-06T07:07:09Z"), Is.Null);
        Assert.That(Annotations(GangKinds.Volcano, restarted), Is.Null);
    }

    [Test]
    public void A_group_of_Koordinator_goes_through_the_phases_of_its_controller_and_never_back_from_its_end()
    {
        JsonObject seen = After(GangKinds.Koordinator, Seen)!;
        Assert.That(seen.ToJsonString(), Is.EqualTo("""{"phase":"Pending"}"""));
        JsonObject waiting = After(GangKinds.Koordinator, NoRoom, seen)!;
        Assert.That(waiting.ToJsonString(), Is.EqualTo("""{"phase":"Scheduling","scheduled":1,"scheduleStartTime":"2026-05-06T07:08:09Z"}"""));
        Assert.That(After(GangKinds.Koordinator, NoRoom, waiting, now: Now.AddHours(1)), Is.Null);
        JsonObject done = After(GangKinds.Koordinator, Done, waiting)!;
        Assert.That(done.ToJsonString(), Is.EqualTo("""{"phase":"Scheduled","scheduled":4}"""));
        done["phase"] = "Running";
        Assert.That(After(GangKinds.Koordinator, Done, done), Is.Null);
        done["phase"] = "Finished";
        Assert.That((string?)After(GangKinds.Koordinator, NoRoom, done)!["phase"], Is.EqualTo("Finished"));
    }

    [Test]
    public void Where_another_controller_writes_the_status_nothing_is_written() =>
        Assert.That(new[] { Seen, NoRoom, Done }.Select(v => After(GangKinds.Coscheduling, v)), Has.All.Null);

    private static JsonObject? Annotations(string kind, GangVerdict verdict, string lastStart = "") => GangStatuses.AnnotationsAfter(Stated(kind, "v2alpha2", null) with { LastStart = lastStart }, verdict, Now);

    private static StatedGang Stated(string kind, string version, JsonObject? status)
    {
        GangKey key = new(kind, "ml", "g");
        return new StatedGang(new GangObject { Key = key, Group = new GangGroup() }, GangApi.Of(key)!, version, "1", status);
    }

    private static JsonObject? After(string kind, GangVerdict verdict, JsonObject? before = null, string version = "v1beta1", DateTimeOffset? now = null) =>
        GangStatuses.After(Stated(kind, version, before), verdict, now ?? Now);

    private static string[] Conditions(JsonObject status) =>
        [.. status["conditions"]!.AsArray().Select(c => $"{c!["type"]} {c["status"]} {c["reason"]} '{c["message"]}' {c["lastTransitionTime"]}")];
}
