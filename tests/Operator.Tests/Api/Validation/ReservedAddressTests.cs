using System.Net;
using GemmaOperator.Api.Validation;

namespace Operator.Tests.Api.Validation;

internal sealed class ReservedAddressTests
{
    [TestCase("169.254.169.254")]
    [TestCase("fe80::1")]
    [TestCase("100.100.100.200")]
    [TestCase("192.0.0.192")]
    [TestCase("168.63.129.16")]
    [TestCase("fd00:ec2::254")]
    [TestCase("fd20:ce::254")]
    [TestCase("0.0.0.0")]
    [TestCase("0.1.2.3")]
    [TestCase("::")]
    [TestCase("224.0.0.1")]
    [TestCase("ff02::1")]
    [TestCase("255.255.255.255")]
    [TestCase("::ffff:169.254.169.254")]
    [TestCase("64:ff9b::a9fe:a9fe")]
    [TestCase("::169.254.169.254")]
    [TestCase("2002:a9fe:a9fe::1")]
    public void No_server_of_a_user_s_is_at_a_metadata_service_or_nowhere(string address) =>
        Assert.That(ReservedAddress.Contains(IPAddress.Parse(address)), Is.True);

    [TestCase("10.0.0.1")]
    [TestCase("192.168.1.1")]
    [TestCase("127.0.0.1")]
    [TestCase("::1")]
    [TestCase("fd00::1")]
    [TestCase("18.160.0.1")]
    [TestCase("2600:9000::1")]
    [TestCase("64:ff9b::a00:1")]
    public void Mirrors_stand_in_private_networks(string address) =>
        Assert.That(ReservedAddress.Contains(IPAddress.Parse(address)), Is.False);
}
