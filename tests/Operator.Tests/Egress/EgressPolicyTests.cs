using GemmaOperator.Egress;

namespace Operator.Tests.Egress;

/// <summary>Who is trusted, who gives tokens for whom, and where reads and uploads may go.</summary>
public sealed class EgressPolicyTests
{
    private static readonly EgressPolicy Policy = new()
    {
        Trusted = [Host("registry.tools.svc:5000"), Host("10.96.0.9"), Host("[fd00::9]:443"), Host("bücher.example")],
        TokenRealms = [Realm("registry.example=gitlab.example"), Realm("r.example:5000=r.example:5001")],
    };

    [TestCase("http://registry.tools.svc:5000/", true)]
    [TestCase("https://REGISTRY.tools.svc.:5000/v2/", true)]
    [TestCase("http://registry.tools.svc/", false)]
    [TestCase("http://registry.tools.svc.cluster.local:5000/", false)]
    [TestCase("http://x.registry.tools.svc:5000/", false)]
    [TestCase("https://10.96.0.9:8443/", true)]
    [TestCase("https://0x0a.0x60.0.9/", true)]
    [TestCase("https://10.96.0.10/", false)]
    [TestCase("https://[fd00:0:0::9]/", true)]
    [TestCase("https://xn--bcher-kva.example/", true)]
    public void A_host_is_trusted_in_each_of_its_spellings_and_no_other(string place, bool isTrusted) =>
        Assert.That(Policy.IsTrusted(new Uri(place)), Is.EqualTo(isTrusted));

    [TestCase("registry.example/path")]
    [TestCase("https://registry.example")]
    [TestCase("user@registry.example")]
    [TestCase("*.example")]
    [TestCase("registry.example:")]
    [TestCase("registry.example:0")]
    [TestCase("registry.example:70000")]
    [TestCase("fd00::9")]
    [TestCase("[fe80::1%251]")]
    [TestCase(" ")]
    [TestCase("")]
    public void What_is_no_host_is_none(string text) => Assert.That(HostAndPort.TryParse(text, null, out _), Is.False);

    [TestCase("https://r.example/", "https://r.example/token", true)]
    [TestCase("https://r.example/", "https://R.EXAMPLE.:443/token", true)]
    [TestCase("http://r.example/", "http://r.example/token", true)]
    [TestCase("https://r.example/", "https://r.example:8443/token", false, TestName = "Realm at another port")]
    [TestCase("https://r.example/", "http://r.example/token", false, TestName = "Realm in the clear")]
    [TestCase("https://r.example/", "https://auth.r.example/token", false, TestName = "Realm of the same site")]
    [TestCase("https://r.example/", "https://auth.docker.io/token", false, TestName = "Somebody else's known realm")]
    [TestCase("https://r.example:5000/", "https://r.example:5001/token", true)]
    [TestCase("https://registry.example/", "https://gitlab.example/jwt/auth", true)]
    [TestCase("https://registry.example/", "http://gitlab.example/jwt/auth", false)]
    [TestCase("https://registry.example/", "https://gitlab.example:8443/jwt/auth", false)]
    [TestCase("https://registry-1.docker.io/", "https://auth.docker.io/token", true)]
    [TestCase("https://registry-1.docker.io/", "https://auth.docker.io.evil.example/token", false)]
    [TestCase("https://registry-1.docker.io/", "http://auth.docker.io/token", false)]
    [TestCase("https://registry-1.docker.io/", "https://auth.docker.io:444/token", false)]
    [TestCase("https://registry.gitlab.com/", "https://gitlab.com/jwt/auth", true)]
    [TestCase("https://registry.digitalocean.com/", "https://api.digitalocean.com/v2/registry/auth", true)]
    [TestCase(
        "https://rg.fr-par.scw.cloud/",
        "https://api.scaleway.com/registry-internal/v1/regions/fr-par/tokens",
        true
    )]
    [TestCase("https://registry.cn-hangzhou.aliyuncs.com/", "https://dockerauth.cn-hangzhou.aliyuncs.com/auth", true)]
    [TestCase("https://docker.elastic.co/", "https://docker-auth.elastic.co/auth", true)]
    [TestCase("https://evil.example/", "https://dockerauth.cn-hangzhou.aliyuncs.com/auth", false)]
    public void Tokens_come_from_the_registry_a_known_pair_or_a_configured_one(
        string registry,
        string realm,
        bool may
    ) => Assert.That(Policy.IsRealm(new Uri(registry), new Uri(realm)), Is.EqualTo(may));

    [TestCase("https://registry.k8s.io/", "https://europe-west2-docker.pkg.dev/v2/x", true)]
    [TestCase("https://registry.k8s.io/", "https://europe-west2-docker.pkg.dev.evil.example/v2/x", false)]
    [TestCase("https://registry.k8s.io/", "http://europe-west2-docker.pkg.dev/v2/x", false)]
    [TestCase("https://r.example/", "https://europe-west2-docker.pkg.dev/v2/x", false)]
    [TestCase("https://r.example/", "https://r.example/other", true)]
    public void Manifests_come_from_the_registry_or_a_known_pair(string registry, string to, bool may) =>
        Assert.That(EgressPolicy.MayReadAt(new Uri(registry), new Uri(to)), Is.EqualTo(may));

    [TestCase("https://r.example/v2/x", "https://r.example/up?a=b", "https://r.example/up?a=b")]
    [TestCase("http://r.example/v2/x", "https://r.example/up", "http://r.example/up")]
    [TestCase("https://r.example/v2/x", "http://r.example/up", null)]
    [TestCase("https://r.example/v2/x", "https://r.example:8443/up", null)]
    [TestCase("http://127.0.0.1:5000/v2/x", "http://127.0.0.1:6000/up", null)]
    [TestCase("https://r.example/v2/x", "https://r.example@evil.example/up", null)]
    [TestCase("https://r.example/v2/x", "https://user@r.example/up", null)]
    [TestCase("https://r.example/v2/x", "ftp://r.example/up", null)]
    public void An_upload_stays(string home, string named, string? at) =>
        Assert.That(Origin.At(new Uri(home), new Uri(named))?.AbsoluteUri, Is.EqualTo(at));

    private static HostAndPort Host(string text) =>
        HostAndPort.TryParse(text, null, out var host) ? host : throw new FormatException(text);

    private static TokenRealm Realm(string text) =>
        TokenRealm.TryParse(text, out var realm) ? realm : throw new FormatException(text);
}
