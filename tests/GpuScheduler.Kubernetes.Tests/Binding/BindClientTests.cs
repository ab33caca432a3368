using CsCheck;
using GpuScheduler.Cluster;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Kubernetes.Tests;

[TestFixture]
internal sealed class BindClientTests
{
    private static readonly BindRequest Request = new("ns", "p", "uid-1", "n1", DeviceSet.Only(0).With(3));

    /// <summary>The table of docs/binding.md, row by row: the pod at first, the faults of the requests in turn, the outcome.</summary>
    [TestCase("free", new BindFault[0], BindOutcomeKind.Bound)]
    [TestCase("free", new[] { BindFault.Refused, BindFault.TooMany }, BindOutcomeKind.Bound)]
    [TestCase("free", new[] { BindFault.LostAfter }, BindOutcomeKind.AlreadyBoundHere)]
    [TestCase("free", new[] { BindFault.ErrorAfter }, BindOutcomeKind.AlreadyBoundHere)]
    [TestCase("free", new[] { BindFault.Silent }, BindOutcomeKind.AlreadyBoundHere)]
    [TestCase("free", new[] { BindFault.Silent, BindFault.Silent }, BindOutcomeKind.AlreadyBoundHere)]
    [TestCase("free", new[] { BindFault.LostBefore }, BindOutcomeKind.Bound)]
    [TestCase("free", new[] { BindFault.LostAfter, BindFault.LostAfter }, BindOutcomeKind.AlreadyBoundHere)]
    [TestCase("other", new BindFault[0], BindOutcomeKind.BoundElsewhere)]
    [TestCase("devices", new BindFault[0], BindOutcomeKind.BoundElsewhere)]
    [TestCase("ours", new BindFault[0], BindOutcomeKind.AlreadyBoundHere)]
    [TestCase("none", new BindFault[0], BindOutcomeKind.PodGone)]
    [TestCase("replaced", new BindFault[0], BindOutcomeKind.PodGone)]
    [TestCase("deleting", new BindFault[0], BindOutcomeKind.PodGone)]
    [TestCase("free", new[] { BindFault.Forbidden }, BindOutcomeKind.Rejected)]
    [TestCase("free", new[] { BindFault.TooMany, BindFault.TooMany, BindFault.TooMany, BindFault.TooMany, BindFault.TooMany, BindFault.TooMany }, BindOutcomeKind.Retry)]
    public async Task Each_row_of_the_table_has_its_outcome(string pod, BindFault[] faults, BindOutcomeKind expected)
    {
        using BindServer server = new(faults);
        (server.Uid, server.Node, server.Devices, server.IsDeleting) = pod switch
        {
            "other" => ("uid-1", "n2", "0,3", false),
            "devices" => ("uid-1", "n1", "1", false),
            "ours" => ("uid-1", "n1", "0,3", false),
            "none" => (null, "", "", false),
            "replaced" => ("uid-2", "", "", false),
            "deleting" => ("uid-1", "", "", true),
            _ => ("uid-1", "", "", false),
        };
        Assert.That((await BindAsync(server, CancellationToken.None)).Kind, Is.EqualTo(expected));
    }

    [Test]
    public async Task A_server_error_after_the_bind_followed_by_refused_connections_is_unknown_and_not_a_retry()
    {
        using BindServer server = new([BindFault.ErrorAfter, .. Enumerable.Repeat(BindFault.Refused, 20)]);
        BindOutcome outcome = await BindAsync(server, CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(server.Bound, Is.EqualTo(1));
            Assert.That(outcome.Kind, Is.EqualTo(BindOutcomeKind.Unknown));
        });
    }

    [Test]
    public async Task A_replica_that_does_not_lead_sends_nothing()
    {
        using BindServer server = new([]);
        BindOutcome outcome = await BindAsync(server, new CancellationToken(true));
        Assert.That((outcome.Kind, server.Posts), Is.EqualTo((BindOutcomeKind.Cancelled, 0)));
    }

    [Test]
    public async Task A_bind_under_way_at_the_end_of_the_term_is_looked_up_and_not_sent_again()
    {
        using CancellationTokenSource ended = new();
        using BindServer server = new([BindFault.LostAfter]) { OnPost = ended.Cancel };
        BindOutcome outcome = await BindAsync(server, ended.Token);
        Assert.That((outcome.Kind, server.Posts), Is.EqualTo((BindOutcomeKind.AlreadyBoundHere, 1)));
    }

    [Test]
    public Task Whatever_is_lost_a_pod_is_bound_at_most_once_and_the_outcome_is_true() =>
        Gen.Int[0, (int)BindFault.Forbidden].Array[0, 14].SampleAsync(
            async faults =>
            {
                using BindServer server = new(faults.Select(f => (BindFault)f));
                BindOutcome outcome = await BindAsync(server, CancellationToken.None);
                bool isTrue = outcome.Kind switch
                {
                    BindOutcomeKind.Bound or BindOutcomeKind.AlreadyBoundHere => server.Bound == 1,
                    BindOutcomeKind.Retry or BindOutcomeKind.Rejected or BindOutcomeKind.Cancelled => server.Bound == 0,
                    BindOutcomeKind.Unknown => true,
                    _ => false,
                };
                return isTrue && server.Bound <= 1;
            },
            iter: 2000);

    private static async Task<BindOutcome> BindAsync(BindServer server, CancellationToken ended)
    {
        FakeTimeProvider time = new();
        using HttpClient http = new(server, disposeHandler: false) { BaseAddress = new Uri("http://127.0.0.1/") };
        Task<BindOutcome> bind = new BindClient(http, time, () => 0.5).BindAsync(Request, LeaderTerm.WithoutLease(ended));
        while (!bind.IsCompleted)
        {
            if (!server.IsBusy)
            {
                time.Advance(TimeSpan.FromSeconds(1));
            }

            await Task.Yield();
        }

        return await bind;
    }
}
