using System.Net;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// Writes events, those alike as one series (events.k8s.io/v1): the first is created, a repetition updates its count, at once the first time and then
/// not more often than every <see cref="WriteEvery"/>. One call at a time.
/// </summary>
/// <param name="http">The API server.</param>
/// <param name="controller">Who reports, such as the scheduler's name.</param>
/// <param name="instance">Which replica.</param>
/// <param name="time">The clock.</param>
internal sealed class EventRecorder(HttpClient http, string controller, string instance, TimeProvider time)
{
    /// <summary>
    /// A series that has been silent for so long is over, as in client-go; the next event of its kind begins another. So it does where the clock was set back.
    /// </summary>
    private static readonly TimeSpan SeriesEnd = TimeSpan.FromMinutes(6);

    /// <summary>Older API servers (1.20 was seen to) take events.k8s.io/v1 of nodes here alone.</summary>
    private const string OlderClusterNamespace = "kube-system";

    private static readonly TimeSpan WriteEvery = TimeSpan.FromMinutes(1);

    /// <summary>Series that are remembered; the oldest goes first.</summary>
    private const int MaxSeries = 4096;

    private readonly Dictionary<EventKey, EventSeries> _series = [];
    private readonly Queue<EventKey> _order = new();

    /// <summary>Where events of objects without a namespace are.</summary>
    private string _clusterNamespace = "default";

    public async Task RecordAsync(EventKey key, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (!_series.TryGetValue(key, out EventSeries? series) || now - series.LastObserved > SeriesEnd || now < series.LastObserved)
        {
            await CreateAsync(key, now, cancellation).ConfigureAwait(false);
            return;
        }

        series.Count++;
        series.LastObserved = now;
        if (series.Count > 2 && now - series.LastWritten < WriteEvery)
        {
            return;
        }

        using HttpRequestMessage request = new(HttpMethod.Patch, $"{PathOf(key)}/{series.ObjectName}") { Content = EventBody.Series(series) };
        using HttpResponseMessage response = await http.SendAsync(request, cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            // Events are deleted after an hour; the series begins anew.
            await CreateAsync(key, now, cancellation).ConfigureAwait(false);
            return;
        }

        await ThrowAsync(response).ConfigureAwait(false);
        series.LastWritten = now;
    }

    private async Task CreateAsync(EventKey key, DateTimeOffset now, CancellationToken cancellation)
    {
        EventSeries series = new(NameOf(key, now)) { LastObserved = now, LastWritten = now };
        if (!_series.ContainsKey(key))
        {
            _order.Enqueue(key);
            if (_order.Count > MaxSeries)
            {
                _series.Remove(_order.Dequeue());
            }
        }

        _series[key] = series;
        using HttpResponseMessage response = await PostAsync(key, series.ObjectName, now, cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.UnprocessableEntity && key.Namespace.Length == 0 && _clusterNamespace != OlderClusterNamespace)
        {
            _clusterNamespace = OlderClusterNamespace;
            using HttpResponseMessage again = await PostAsync(key, series.ObjectName, now, cancellation).ConfigureAwait(false);
            await ThrowAsync(again).ConfigureAwait(false);
            return;
        }

        await ThrowAsync(response).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> PostAsync(EventKey key, string objectName, DateTimeOffset now, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, PathOf(key)) { Content = EventBody.New(key, NamespaceOf(key), objectName, controller, instance, now) };
        return await http.SendAsync(request, cancellation).ConfigureAwait(false);
    }

    /// <summary>The object's name and the time, as client-go has it, but never longer than a name may be.</summary>
    private static string NameOf(EventKey key, DateTimeOffset now)
    {
        const int longest = 253 - 17;
        string name = key.Name.Length <= longest ? key.Name : key.Name[..longest].TrimEnd('-', '.');
        return $"{name}.{now.Ticks:x16}";
    }

    private string PathOf(EventKey key) => $"apis/events.k8s.io/v1/namespaces/{NamespaceOf(key)}/events";

    private string NamespaceOf(EventKey key) => key.Namespace.Length > 0 ? key.Namespace : _clusterNamespace;

    private static async Task ThrowAsync(HttpResponseMessage response)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException(await ApiFailure.MessageAsync(response).ConfigureAwait(false), null, response.StatusCode);
        }
    }
}
