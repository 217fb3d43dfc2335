using StandIns.Processes;

namespace Operator.Tests.Samples;

/// <summary>Nothing that is simulated speaks to anything but this machine.</summary>
internal sealed class OwnMachineTests
{
    [TestCase("127.0.0.1:5000", true)]
    [TestCase("127.9.9.9", true)]
    [TestCase("localhost:5000", true)]
    [TestCase("[::1]:5000", true)]
    [TestCase("quay.io", false)]
    [TestCase("index.docker.io", false)]
    [TestCase("127.0.0.1.nip.io:5000", false)]
    [TestCase("localhost.example.com", false)]
    [TestCase("10.0.0.1:5000", false)]
    [TestCase("0.0.0.0:5000", false)]
    [TestCase("[fe80::1]:5000", false)]
    [TestCase("[", false)]
    [TestCase("", false)]
    public void Loopback_alone_is_this_machine(string host, bool expected) =>
        Assert.That(OwnMachine.Is(host), Is.EqualTo(expected));

    [Test, CancelAfter(10_000)]
    public void A_client_connects_to_nothing_else(CancellationToken cancel)
    {
        using var http = OwnMachine.MakeClient();
        Assert.That(
            async () => await http.GetAsync(new Uri("http://registry.invalid/v2/"), cancel),
            Throws.TypeOf<HttpRequestException>().With.Message.Contains("registry.invalid isn't on this machine")
        );
    }
}
