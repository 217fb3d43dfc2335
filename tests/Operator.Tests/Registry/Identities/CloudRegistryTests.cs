using GemmaOperator.Api.Validation;

namespace Operator.Tests.Registry.Identities;

/// <summary>Tests to which hosts a cloud's token may go, and where it is asked for.</summary>
internal sealed class CloudRegistryTests
{
    [TestCase("eu-docker.pkg.dev")]
    [TestCase("gcr.io")]
    [TestCase("eu.gcr.io")]
    public void Google_s_are_known(string host) =>
        Assert.That(CloudRegistry.Of(host), Is.InstanceOf<CloudRegistry.Google>());

    [TestCase("123456789012.dkr.ecr.eu-west-1.amazonaws.com", "eu-west-1", "https://api.ecr.eu-west-1.amazonaws.com/")]
    [TestCase(
        "123456789012.dkr.ecr-fips.us-east-1.amazonaws.com",
        "us-east-1",
        "https://ecr-fips.us-east-1.amazonaws.com/"
    )]
    [TestCase(
        "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn",
        "cn-north-1",
        "https://api.ecr.cn-north-1.amazonaws.com.cn/"
    )]
    [TestCase(
        "123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu",
        "eusc-de-east-1",
        "https://api.ecr.eusc-de-east-1.amazonaws.eu/"
    )]
    [TestCase("123456789012.dkr-ecr.eu-west-1.on.aws", "eu-west-1", "https://api.ecr.eu-west-1.amazonaws.com/")]
    public void Amazon_s_are_known_with_where_tokens_are(string host, string region, string api) =>
        Assert.That(CloudRegistry.Of(host), Is.EqualTo(new CloudRegistry.Amazon(region, new Uri(api))));

    [TestCase("team.azurecr.io")]
    [TestCase("team.azurecr.cn")]
    [TestCase("team.azurecr.us")]
    [TestCase("team-abc123.westeurope.data.azurecr.io")]
    public void Azure_s_are_known(string host) =>
        Assert.That(CloudRegistry.Of(host), Is.EqualTo(new CloudRegistry.Azure(host)));

    [TestCase("evilgcr.io")]
    [TestCase("pkg.dev.evil.example")]
    [TestCase("eu-docker.pkg.dev:8080")]
    [TestCase("team.azurecr.io:443")]
    [TestCase(".azurecr.io")]
    [TestCase("azurecr.io")]
    [TestCase("evilazurecr.io")]
    [TestCase("team.azurecr.io.evil.example")]
    [TestCase("public.ecr.aws")]
    [TestCase("12345678901.dkr.ecr.eu-west-1.amazonaws.com")]
    [TestCase("123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.example")]
    [TestCase("123456789012.dkr.ecr.eu-west-1.evil.amazonaws.com")]
    [TestCase("123456789012.dkr.ecr.evil/x.amazonaws.com")]
    [TestCase("123456789012.dkr.ecr..amazonaws.com")]
    [TestCase("123456789012.dkr.ecr.eu-west-1.amazonaws.com:8080")]
    [TestCase("123456789012")]
    [TestCase("")]
    public void All_others_get_no_token(string host) => Assert.That(CloudRegistry.Of(host), Is.Null);
}
