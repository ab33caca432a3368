using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>Resources that a server may not have: decisions wait for what it has, and for nothing else.</summary>
[TestFixture]
internal sealed class DiscoveredWatchTests
{
    private const string Group = """{"versions":[{"version":"v1beta2"},{"version":"v1"}]}""", Resources = """{"resources":[{"name":"resourceclaims"}]}""";

    [Test]
    public async Task What_the_server_does_not_have_is_known_and_what_it_cannot_say_is_not()
    {
        Assert.That(await AgeAsync(_ => (HttpStatusCode.NotFound, "")), Is.EqualTo(TimeSpan.Zero));
        Assert.That(await AgeAsync(path => path == "apis/resource.k8s.io" ? (HttpStatusCode.OK, Group) : (HttpStatusCode.OK, """{"resources":[]}""")), Is.EqualTo(TimeSpan.Zero));
        Assert.That(await AgeAsync(_ => (HttpStatusCode.InternalServerError, "")), Is.Null);
        Assert.That(await AgeAsync(path => path == "apis/resource.k8s.io" ? (HttpStatusCode.OK, Group) : (HttpStatusCode.ServiceUnavailable, "")), Is.Null);
    }

    [Test]
    public async Task What_the_server_does_not_let_us_list_is_told_and_not_waited_for()
    {
        Ends ends = new();
        TimeSpan? age = await AgeAsync(
            path => path switch
            {
                "apis/resource.k8s.io" => (HttpStatusCode.OK, Group),
                "apis/resource.k8s.io/v1" => (HttpStatusCode.OK, Resources),
                _ => (HttpStatusCode.Forbidden, """{"message":"resourceclaims is forbidden"}"""),
            },
            ends);
        Assert.That(age, Is.EqualTo(TimeSpan.Zero));
        Assert.That(ends.Details.First(), Does.Contain("resourceclaims.resource.k8s.io is not allowed").And.Contain("rbac.yaml"));
    }

    [TestCase(HttpStatusCode.Forbidden, "persistentvolumes is not allowed")]
    [TestCase(HttpStatusCode.OK, null)]
    public async Task The_core_group_is_found_where_it_is(HttpStatusCode answer, string? told)
    {
        Ends ends = new();
        FakeTimeProvider time = new();
        using Server server = new(path => path switch
        {
            "api" => (HttpStatusCode.OK, """{"versions":["v1"]}"""),
            "api/v1" => (HttpStatusCode.OK, """{"resources":[{"name":"persistentvolumes"}]}"""),
            "api/v1/persistentvolumes?limit=1" => (answer, "{}"),
            _ => (HttpStatusCode.InternalServerError, ""),
        });
        using HttpClient http = new(server, disposeHandler: false) { BaseAddress = new Uri("http://127.0.0.1/") };
        DiscoveredWatch<Manifests.PersistentVolume> watch = new(
            http, http.BaseAddress, "", ["v1"], "persistentvolumes", VolumeDecoders.Volumes, new Nobody<Manifests.PersistentVolume>(), ends, new ReflectorOptions(), time);
        using CancellationTokenSource end = new();
        Task running = watch.RunAsync(end.Token);
        Assert.That(watch.Age, told is null ? Is.Null : Is.EqualTo(TimeSpan.Zero), "decisions wait for what there is, and for nothing else");
        Assert.That(ends.Details.FirstOrDefault() ?? "", told is null ? Does.Not.Contain("allowed") : Does.Contain(told).And.Contain("rbac.yaml"));
        await end.CancelAsync();
        await running;
    }

    [Test]
    public async Task What_the_server_has_is_waited_for_until_it_is_listed_in_the_best_version()
    {
        List<string> asked = [];
        TimeSpan? age = await AgeAsync(path =>
        {
            asked.Add(path);
            return path == "apis/resource.k8s.io" ? (HttpStatusCode.OK, Group) : path == "apis/resource.k8s.io/v1" ? (HttpStatusCode.OK, Resources)
                : path.Contains("limit=1", StringComparison.Ordinal) && !path.Contains("limit=1&", StringComparison.Ordinal) && asked.Count < 4 ? (HttpStatusCode.OK, """{"items":[]}""")
                : (HttpStatusCode.InternalServerError, "");
        });
        Assert.That(age, Is.Null);
        Assert.That(asked, Has.Some.StartsWith("apis/resource.k8s.io/v1/resourceclaims").And.None.Contains("v1beta2"));
    }

    /// <summary>The age that the watch states once the server has answered all it was asked at first.</summary>
    private static async Task<TimeSpan?> AgeAsync(Func<string, (HttpStatusCode Status, string Body)> answer, IWatchObserver? observer = null)
    {
        FakeTimeProvider time = new();
        using Server server = new(answer);
        using HttpClient http = new(server, disposeHandler: false) { BaseAddress = new Uri("http://127.0.0.1/") };
        DiscoveredWatch<Manifests.ResourceClaim> watch = new(
            http, http.BaseAddress, "resource.k8s.io", ["v1", "v1beta2"], "resourceclaims", ClaimDecoders.Claims, new Nobody<Manifests.ResourceClaim>(), observer ?? NoWatchObserver.Instance, new ReflectorOptions(), time);
        using CancellationTokenSource end = new();
        Task running = watch.RunAsync(end.Token);
        TimeSpan? age = watch.Age;
        await end.CancelAsync();
        await running;
        return age;
    }

    /// <summary>Answers at once, on the caller's thread.</summary>
    private sealed class Server(Func<string, (HttpStatusCode Status, string Body)> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            (HttpStatusCode status, string body) = answer(request.RequestUri!.PathAndQuery.TrimStart('/'));
            return Task.FromResult(new HttpResponseMessage(status) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) });
        }
    }

    private sealed class Ends : IWatchObserver
    {
        public List<string> Details { get; } = [];

        public void ListStarted(string resource, RelistReason reason)
        {
        }

        public void Listed(string resource, int objects, TimeSpan took)
        {
        }

        public void EventReceived(string resource, WatchEventType type)
        {
        }

        public void Ended(string resource, WatchEnd end, string detail, TimeSpan delay) => Details.Add(detail);

        public void Undecodable(string resource, ObjectKey? key, string problem)
        {
        }
    }

    private sealed class Nobody<T> : IObjectHandler<T>
    {
        public void OnAdded(T value)
        {
        }

        public void OnUpdated(T before, T after)
        {
        }

        public void OnDeleted(T last)
        {
        }

        public void OnSynced()
        {
        }
    }
}
