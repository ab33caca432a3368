using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;

namespace GpuScheduler.Kubernetes.Tests;

[TestFixture]
internal sealed class ObjectListerTests
{
    private static readonly Thing A = new("a", "1", 5), B = new("b", "2", 6), C = new("c", "3", 7);

    [Test]
    public async Task All_pages_of_a_list_are_read_in_the_form_that_the_server_sends([Values] bool isProtobuf)
    {
        ThingWire wire = new(isProtobuf);
        (ImmutableArray<Thing> things, string version, Answers server) = await ListAsync(
            [new(HttpStatusCode.OK, wire.ListType, wire.List([A, B], 9, "more&more")), new(HttpStatusCode.OK, wire.ListType, wire.List([C], 9))]);
        Assert.That(things, Is.EqualTo(new[] { A, B, C }));
        Assert.That(version, Is.EqualTo("9"));
        Assert.That(server.Requests[0], Is.EqualTo("/apis/test/v1/things?limit=500 application/vnd.kubernetes.protobuf, application/json;q=0.5"));
        Assert.That(server.Requests[1], Does.StartWith("/apis/test/v1/things?limit=500&continue=more%26more "));
    }

    [Test]
    public async Task A_list_whose_first_pages_are_too_old_for_the_rest_begins_anew()
    {
        ThingWire wire = new(isProtobuf: true);
        (ImmutableArray<Thing> things, string version, _) = await ListAsync(
            [new(HttpStatusCode.OK, wire.ListType, wire.List([A, B], 8, "more")), new(HttpStatusCode.Gone, wire.ListType, wire.Status(410, "too old")),
             new(HttpStatusCode.OK, wire.ListType, wire.List([A, C], 9))]);
        Assert.That(things, Is.EqualTo(new[] { A, C }));
        Assert.That(version, Is.EqualTo("9"));
    }

    [Test]
    public async Task A_server_that_has_no_protobuf_is_asked_for_JSON()
    {
        ThingWire json = new(isProtobuf: false);
        (ImmutableArray<Thing> things, _, Answers server) = await ListAsync(
            [new(HttpStatusCode.NotAcceptable, json.ListType, json.Status(406, "no")), new(HttpStatusCode.OK, json.ListType, json.List([A], 9))]);
        Assert.That(things, Is.EqualTo(new[] { A }));
        Assert.That(server.Requests[1], Does.EndWith(" application/json"));
    }

    [Test]
    public async Task What_is_known_already_is_not_kept_twice()
    {
        ThingWire wire = new(isProtobuf: true);
        (ImmutableArray<Thing> things, _, _) = await ListAsync([new(HttpStatusCode.OK, wire.ListType, wire.List([A, B], 9))], t => t == A ? A : t);
        Assert.That(things[0], Is.SameAs(A));
        Assert.That(things[1], Is.EqualTo(B).And.Not.SameAs(B));
    }

    [Test]
    public void A_page_that_is_broken_is_no_list([Values] bool isProtobuf)
    {
        ThingWire wire = new(isProtobuf);
        Assert.That(
            () => ListAsync([new(HttpStatusCode.OK, wire.ListType, wire.List([A], 9)[..^3])]),
            Throws.TypeOf<HttpRequestException>().With.Message.StartsWith("a page of the list of things is broken"));
    }

    [Test]
    public void A_refusal_says_what_the_server_said()
    {
        ThingWire json = new(isProtobuf: false);
        Assert.That(
            () => ListAsync([new(HttpStatusCode.Forbidden, json.ListType, json.Status(403, "things is forbidden"))]),
            Throws.TypeOf<HttpRequestException>().With.Message.Contains("things is forbidden"));
    }

    private static async Task<(ImmutableArray<Thing> Things, string Version, Answers Server)> ListAsync(ImmutableArray<Answer> answers, Func<Thing, Thing>? known = null)
    {
        using Answers server = new(answers);
        using HttpClient http = new(server, disposeHandler: false) { BaseAddress = new Uri("http://server/") };
        ObjectLister<Thing> lister = new(http, new ThingDecoder(hasProtobuf: true), TimeProvider.System, _ => { });
        (ImmutableArray<Thing> things, string version) = await lister.ListAsync(known ?? (t => t), CancellationToken.None);
        return (things, version, server);
    }

    private sealed record Answer(HttpStatusCode Status, string Type, byte[] Body);

    private sealed class Answers(ImmutableArray<Answer> answers) : HttpMessageHandler
    {
        public List<string> Requests { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Answer next = answers[Requests.Count];
            Requests.Add($"{request.RequestUri!.PathAndQuery} {request.Headers.Accept}");
            HttpResponseMessage answer = new(next.Status) { Content = new ByteArrayContent(next.Body) };
            answer.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(next.Type);
            return Task.FromResult(answer);
        }
    }
}
