using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>The columns of events, of either API version.</summary>
internal static class EventTable
{
    public static readonly TableLayout Layout = new(
        [
            new("Last Seen"), new("Type"), new("Reason"), new("Object"), new("Subobject", Priority: 1), new("Source", Priority: 1), new("Message"),
            new("First Seen", Priority: 1), new("Count", Priority: 1), new("Name", Format: "name", Priority: 1),
        ],
        Cells);

    private static JsonNode?[] Cells(JsonObject given, DateTimeOffset now)
    {
        JsonNode? regarding = given.Get("involvedObject") ?? given.Get("regarding");
        string time = given.Text("eventTime");
        string first = Either(given.Text("firstTimestamp"), given.Text("deprecatedFirstTimestamp"), time, given.Text("metadata", "creationTimestamp"));
        string last = Either(given.Text("series", "lastObservedTime"), given.Text("lastTimestamp"), given.Text("deprecatedLastTimestamp"), first);
        long count = given.At("series", "count").Number() ?? (given.Get("count") ?? given.Get("deprecatedCount")).Number() ?? 1;
        string source = Either(given.Text("source", "component"), given.Text("reportingComponent"), given.Text("reportingController"));
        return
        [
            Age.Since(last, now), given.Text("type"), given.Text("reason"), $"{regarding.Text("kind").ToLowerInvariant()}/{regarding.Text("name")}", regarding.Text("fieldPath"), source,
            Either(given.Text("message"), given.Text("note")).Trim(), Age.Since(first, now), count.ToText(), given.Text("metadata", "name"),
        ];
    }

    private static string Either(params ReadOnlySpan<string> texts)
    {
        foreach (string text in texts)
            if (text.Length > 0) return text;
        return "";
    }
}
