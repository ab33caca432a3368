using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>One Lease with optimistic concurrency; it may fail, or carry out and lose the answer, by lot.</summary>
internal sealed class LeaseServer(Random random, double faults) : HttpMessageHandler
{
    private JsonObject? _lease;
    private int _version;

    /// <summary>Requests of whoever is cut off fail.</summary>
    public bool IsCutOff { get; set; }

    public LeaseServer? Store { get; init; }

    public bool IsFaulty { get; set; } = true;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        JsonObject? body = request.Content is null ? null : JsonNode.Parse(await request.Content.ReadAsStringAsync(cancellationToken))!.AsObject();
        lock (random)
        {
            // All servers of a test share the lot, and one store: one request at a time.
            bool fails = IsCutOff || (IsFaulty && random.NextDouble() < faults), losesAnswer = IsFaulty && random.NextDouble() < faults;
            if (fails)
            {
                throw new HttpRequestException("no route");
            }

            HttpResponseMessage answer = (Store ?? this).Process(request.Method, body);
            return losesAnswer ? throw new HttpRequestException("reset") : answer;
        }
    }

    private HttpResponseMessage Process(HttpMethod method, JsonObject? body)
    {
        if (method == HttpMethod.Get)
        {
            return _lease is null ? Answer(HttpStatusCode.NotFound, []) : Answer(HttpStatusCode.OK, _lease);
        }

        bool isCreate = method == HttpMethod.Post;
        bool conflicts = isCreate ? _lease is not null : (string?)_lease?["metadata"]!["resourceVersion"] != (string?)body!["metadata"]?["resourceVersion"];
        if (conflicts)
        {
            return Answer(HttpStatusCode.Conflict, []);
        }

        _lease = body!.DeepClone().AsObject();
        _lease["metadata"]!["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
        return Answer(isCreate ? HttpStatusCode.Created : HttpStatusCode.OK, _lease);
    }

    private static HttpResponseMessage Answer(HttpStatusCode code, JsonObject body) =>
        new(code) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
}
