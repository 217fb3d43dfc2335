using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Inputs;

namespace Operator.Tests.Builds.Inputs;

internal sealed class BuildVariablesTests
{
    [Test]
    public void A_proxy_is_known_in_both_cases_and_one_that_is_given_in_both_stays_as_it_is() =>
        Assert.That(
            Parse(
                ("HTTPS_PROXY", "http://a:1"),
                ("http_proxy", "http://b:1/"),
                ("HTTP_PROXY", "http://c"),
                ("no_proxy", "d")
            ),
            Is.EqualTo(
                new[]
                {
                    "HTTPS_PROXY=http://a:1",
                    "HTTP_PROXY=http://c",
                    "NO_PROXY=d",
                    "http_proxy=http://b:1/",
                    "https_proxy=http://a:1",
                    "no_proxy=d",
                }
            )
        );

    [TestCase("http://proxy")]
    [TestCase("https://proxy.example.com:8443")]
    [TestCase("http://[2001:db8::1]:3128/")]
    [TestCase("")]
    public void A_proxy_is_an_address_with_its_scheme_or_nothing(string value) =>
        Assert.That(Parse(("HTTP_PROXY", value)), Has.Length.EqualTo(2));

    [TestCase("proxy:3128")]
    [TestCase("socks5://proxy:1080")]
    [TestCase("http://")]
    [TestCase("http://proxy/path")]
    [TestCase("http://proxy:port")]
    [TestCase("http://user:hidden@proxy")]
    public void Another_address_is_refused_and_never_shown(string value)
    {
        var problem = BuildVariables
            .Parse([new EnvironmentVariable { Name = "ALL_PROXY", Value = value }])
            .Problems.Single();
        Assert.That(problem.Path, Is.EqualTo("spec.build.env[0].value"));
        Assert.That(problem.ToString(), Does.Not.Contain("hidden").And.Contain("http://proxy.example.com:3128"));
    }

    [TestCase("PIP_DEFAULT_TIMEOUT", true)]
    [TestCase("PIP_RETRIES", true)]
    [TestCase("pip_retries", false)]
    [TestCase("PIP_EXTRA_INDEX_URL", false)]
    [TestCase("PIP_CONSTRAINT", false)]
    [TestCase("TRIVY_DB_REPOSITORY", true)]
    [TestCase("Path", false)]
    [TestCase("HF_ENDPOINT", true)]
    public void A_name_is_refused_where_it_changes_what_is_rendered(string name, bool isTaken) =>
        Assert.That(
            BuildVariables.Parse([new EnvironmentVariable { Name = name, Value = "1" }]).TryGet(out _),
            Is.EqualTo(isTaken)
        );

    [Test]
    public void Only_proxies_reach_steps_without_a_declaration() =>
        Assert.That(
            new[] { "http_proxy", "NO_PROXY", "ALL_PROXY", "Http_Proxy", "HF_ENDPOINT" }.Select(
                BuildVariables.IsTransparent
            ),
            Is.EqualTo(new[] { true, true, true, false, false })
        );

    private static string[] Parse(params (string Name, string Value)[] given) =>
        [
            .. BuildVariables
                .Parse([.. given.Select(g => new EnvironmentVariable { Name = g.Name, Value = g.Value })])
                .Value.All.Select(v => $"{v.Key}={v.Value}"),
        ];
}
