using System.Net;
using GemmaOperator.Egress;

namespace Operator.Tests.Egress;

/// <summary>Who is reached at an address, however it is written or wrapped.</summary>
public sealed class AddressKindTests
{
    private static readonly ClusterNetworks Cluster = ClusterNetworks.Of([
        "10.96.0.0/12",
        "10.244.0.0/16",
        "fd00:10::/64",
    ]);

    [TestCase("93.184.216.34", "Public")]
    [TestCase("2606:4700::1", "Public")]
    [TestCase("::ffff:93.184.216.34", "Public")]
    [TestCase("10.0.0.5", "Private")]
    [TestCase("192.168.1.10", "Private")]
    [TestCase("172.31.255.255", "Private")]
    [TestCase("100.64.1.1", "Private")]
    [TestCase("fd12:3456::1", "Private")]
    [TestCase("64:ff9b::10.0.0.5", "Private")]
    [TestCase("64:ff9b:1::93.184.216.34", "Private")]
    [TestCase("10.96.0.1", "Cluster")]
    [TestCase("10.111.255.254", "Cluster")]
    [TestCase("10.244.3.7", "Cluster")]
    [TestCase("fd00:10::7", "Cluster")]
    [TestCase("::ffff:10.96.0.1", "Cluster")]
    [TestCase("64:ff9b::10.96.0.1", "Cluster")]
    [TestCase("64:ff9b:1::10.96.0.1", "Cluster")]
    [TestCase("2002:0a60:0001::", "Cluster")]
    [TestCase("2606:4700::5efe:10.96.0.1", "Cluster")]
    [TestCase("127.0.0.1", "Loopback")]
    [TestCase("127.255.255.254", "Loopback")]
    [TestCase("::1", "Loopback")]
    [TestCase("::ffff:127.0.0.1", "Loopback")]
    [TestCase("::127.0.0.1", "Loopback")]
    [TestCase("64:ff9b::127.0.0.1", "Loopback")]
    [TestCase("2002:7f00:0001::", "Loopback")]
    [TestCase("::ffff:0:127.0.0.1", "Loopback")]
    [TestCase("169.254.169.254", "Reserved")]
    [TestCase("::ffff:169.254.169.254", "Reserved")]
    [TestCase("64:ff9b::169.254.169.254", "Reserved")]
    [TestCase("64:ff9b:1::169.254.169.254", "Reserved")]
    [TestCase("2002:a9fe:a9fe::", "Reserved")]
    [TestCase("100.100.100.200", "Reserved")]
    [TestCase("168.63.129.16", "Reserved")]
    [TestCase("fd00:ec2::254", "Reserved")]
    [TestCase("fe80::1", "Reserved")]
    [TestCase("fd12::1%7", "Reserved")]
    [TestCase("0.0.0.0", "Reserved")]
    [TestCase("0.1.2.3", "Reserved")]
    [TestCase("::", "Reserved")]
    [TestCase("224.0.0.1", "Reserved")]
    [TestCase("ff02::1", "Reserved")]
    [TestCase("255.255.255.255", "Reserved")]
    [TestCase("2001:0:53aa:64c:0:f7fc:5601:5601", "Reserved")]
    public void An_address_is_sorted(string address, string kind) =>
        Assert.That(AddressKinds.Of(IPAddress.Parse(address), Cluster).ToString(), Is.EqualTo(kind));

    [TestCase("10.96.0.1", "10.96.0.77", true)]
    [TestCase("10.96.0.1", "10.96.1.1", false)]
    [TestCase("fd00:10::1", "fd00:10::ffff", true)]
    [TestCase("kubernetes.default.svc", "10.96.0.1", false)]
    [TestCase(null, "10.96.0.1", false)]
    public void The_Service_of_the_API_server_tells_the_least_of_its_range(string? service, string other, bool isIn) =>
        Assert.That(ClusterNetworks.Around(service).Contains(IPAddress.Parse(other)), Is.EqualTo(isIn));

    [TestCase("10.96.0.0/12", true)]
    [TestCase("10.96.5.5/12", true)]
    [TestCase("fd00::/108", true)]
    [TestCase("10.96.0.0", false)]
    [TestCase("10.96.0.0/33", false)]
    [TestCase("10.96.0.0/-1", false)]
    [TestCase("fe80::%1/64", false)]
    [TestCase("any/8", false)]
    [TestCase("", false)]
    public void A_network_is_read(string text, bool isOne) =>
        Assert.That(ClusterNetworks.TryParse(text, out _), Is.EqualTo(isOne));
}
