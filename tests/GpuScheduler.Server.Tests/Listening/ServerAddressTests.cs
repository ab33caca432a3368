namespace GpuScheduler.Server.Tests;

public sealed class ServerAddressTests
{
    [TestCase("127.0.0.1:10251", "127.0.0.1:10251")]
    [TestCase("0.0.0.0:80", "0.0.0.0:80")]
    [TestCase(":10251", "[::]:10251")]
    [TestCase("[::1]:0", "[::1]:0")]
    [TestCase("localhost:9000", "127.0.0.1:9000")]
    public void An_address_has_an_ip_and_a_port(string text, string expected)
    {
        Assert.That(ServerAddress.TryParse(text, "--metrics-address", out ServerAddress? address, out string? error), error);
        Assert.That(address?.ToString(), Is.EqualTo(expected));
    }

    [TestCase("")]
    [TestCase("0")]
    public void Nothing_or_zero_means_not_to_listen(string text)
    {
        Assert.That(ServerAddress.TryParse(text, "--metrics-address", out ServerAddress? address, out _));
        Assert.That(address, Is.Null);
    }

    [TestCase("10251")]
    [TestCase("127.0.0.1")]
    [TestCase("127.0.0.1:")]
    [TestCase("127.0.0.1:65536")]
    [TestCase("127.0.0.1:-1")]
    [TestCase("::1:10251")]
    [TestCase("[127.0.0.1]:1")]
    [TestCase("somewhere:80")]
    [TestCase("http://127.0.0.1:80")]
    public void What_is_no_address_is_named_with_its_flag_and_the_mend(string text)
    {
        Assert.That(ServerAddress.TryParse(text, "--debug-address", out _, out string? error), Is.False);
        Assert.That(error, Is.EqualTo($"--debug-address \"{text}\" is not an address: write an IP address and a port such as 127.0.0.1:10251, :10251 for all interfaces, or 0 for none"));
    }
}
