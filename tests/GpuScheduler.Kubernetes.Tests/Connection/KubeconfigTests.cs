using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Kubernetes.Tests;

[Parallelizable(ParallelScope.All)]
internal sealed class KubeconfigTests
{
    private const string Good = """
        apiVersion: v1
        kind: Config
        current-context: one
        contexts:
        - {name: one, context: {cluster: here, user: me}}
        - {name: lost, context: {cluster: nowhere, user: nobody}}
        - {name: odd, context: {cluster: bad, user: me}}
        clusters:
        - {name: here, cluster: {server: "http://127.0.0.1:12345"}}
        - {name: bad, cluster: {server: "127.0.0.1"}}
        users:
        - {name: me, user: {token: secret}}
        """;

    [Test]
    public void A_kubeconfig_gives_the_address_of_its_context()
    {
        using ApiConnection connection = Connect(Good, null);
        Assert.That(connection.BaseAddress, Is.EqualTo(new Uri("http://127.0.0.1:12345/")));
    }

    [TestCase("lost", "contexts[lost].context.cluster: no cluster \"nowhere\"; there are: here, bad; "
        + "contexts[lost].context.user: no user \"nobody\"; there are: me")]
    [TestCase("odd", "clusters[bad].cluster.server: \"127.0.0.1\" is no address; write one such as https://10.0.0.1:6443")]
    [TestCase("two", "contexts: no context \"two\"; there are: one, lost, odd")]
    public void A_context_that_leads_nowhere_is_named_with_the_field_and_the_mend(string context, string message) =>
        Assert.That(() => Connect(Good, context), Throws.TypeOf<ApiConnectionException>().With.Message.EndsWith(message));

    [TestCase("", "the file is empty")]
    [TestCase("apiVersion: v1\nkind: Config\n", "current-context is not set; set it with `kubectl config use-context`")]
    [TestCase("apiVersion: v1\ncontexts: [\n", "line 3: no valid YAML")]
    [TestCase("current-context: gone\n", "current-context: no context \"gone\"; there are none")]
    public void A_broken_file_is_named_with_what_is_wrong(string text, string message)
    {
        ApiConnectionException error = Assert.Throws<ApiConnectionException>(() => Connect(text, null))!;
        Assert.That(error.Message, Does.StartWith("kubeconfig /").And.Contain(message));
    }

    [Test]
    public void A_path_that_leads_nowhere_is_named() => Assert.That(
        () => ApiConnection.FromKubeconfig("/nowhere/config", null, new ApiConnectionOptions(), new FakeTimeProvider()),
        Throws.TypeOf<ApiConnectionException>().With.Message.EqualTo(
            "kubeconfig /nowhere/config: there is no such file; give the path of a readable kubeconfig"));

    private static ApiConnection Connect(string text, string? context)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text);
            return ApiConnection.FromKubeconfig(path, context, new ApiConnectionOptions(), new FakeTimeProvider());
        }
        finally
        {
            File.Delete(path);
        }
    }
}
