using System.Text;

namespace GpuScheduler.Kubernetes;

/// <summary>Writes <c>events.k8s.io/v1</c> Events.</summary>
internal static class EventBody
{
    /// <summary>What the API server takes of a note, bytes.</summary>
    private const int MaxNote = 1024;

    public static HttpContent New(EventKey key, string space, string objectName, string controller, string instance, DateTimeOffset now) => JsonBody.Of("application/json", json =>
    {
        json.WriteString("apiVersion", "events.k8s.io/v1");
        json.WriteString("kind", "Event");
        json.WriteStartObject("metadata");
        json.WriteString("name", objectName);
        json.WriteString("namespace", space);
        json.WriteEndObject();
        json.WriteString("eventTime", ApiTime.Micro(now));
        json.WriteString("reportingController", controller);
        json.WriteString("reportingInstance", instance);
        json.WriteString("action", key.Action);
        json.WriteString("reason", key.Reason);
        json.WriteStartObject("regarding");
        json.WriteString("apiVersion", key.ApiVersion);
        json.WriteString("kind", key.Kind);
        json.WriteString("name", key.Name);
        if (key.Namespace.Length > 0)
        {
            json.WriteString("namespace", key.Namespace);
        }

        json.WriteString("uid", key.Uid);
        json.WriteEndObject();
        json.WriteString("note", Cut(key.Note));
        json.WriteString("type", key.IsWarning ? "Warning" : "Normal");
    });

    public static HttpContent Series(EventSeries series) => JsonBody.Of("application/merge-patch+json", json =>
    {
        json.WriteStartObject("series");
        json.WriteNumber("count", series.Count);
        json.WriteString("lastObservedTime", ApiTime.Micro(series.LastObserved));
        json.WriteEndObject();
    });

    private static string Cut(string note)
    {
        if (Encoding.UTF8.GetByteCount(note) <= MaxNote)
        {
            return note;
        }

        int length = Math.Min(note.Length, MaxNote);
        while (Encoding.UTF8.GetByteCount(note.AsSpan(0, length)) > MaxNote - 3 || char.IsHighSurrogate(note[length - 1]))
        {
            length--;
        }

        return note[..length] + "...";
    }
}
