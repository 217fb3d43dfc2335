using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Registry.Access;

namespace Operator.Tests.BaseImages.Preflight;

/// <summary>Kind: a repository, or a way to it, that whoever runs the operator doesn't allow.</summary>
internal sealed class RepositoryRulesTests
{
    private const string Google = "eu-docker.pkg.dev/p/ml/gemma";

    [TestCase("deny-all", "spec.output.repository: ")]
    [TestCase("ml=registry.example/team/gemma-base", "spec.output.repository: ", Description = "not the service's")]
    [TestCase("ml=registry.example/team", null)]
    [TestCase("*=*", null)]
    public void All_that_is_written_must_be_allowed(string line, string? field)
    {
        var refused = Judge(new OutputSpec { Repository = "registry.example/team/gemma-base" }, line, []);
        Assert.That(refused?.Reason, Is.EqualTo(field is null ? null : "RepositoryNotAllowed"));
        Assert.That(
            refused?.Message,
            field is null ? Is.Null : Does.StartWith(field).And.Contain("--repository-policy ml=")
        );
    }

    [Test]
    public void An_identity_reads_no_more_than_it_may_write()
    {
        var output = new OutputSpec
        {
            Repository = Google,
            Credentials = new CredentialsSpec { Type = CredentialsType.WorkloadIdentity },
        };
        var told = Judge(output, "ml=eu-docker.pkg.dev/p/ml", [], "eu-docker.pkg.dev/p/others/server:1");
        Assert.That(told?.Message, Does.StartWith("spec.rollout.server.image: "));
        Assert.That(Judge(output, "ml=eu-docker.pkg.dev/p/ml", [], "eu-docker.pkg.dev/p/ml/server:1"), Is.Null);
    }

    [Test]
    public void A_Secret_goes_over_plain_HTTP_only_where_the_operator_says_so()
    {
        var output = new OutputSpec
        {
            Repository = "10.0.0.5:5000/team/base",
            Insecure = true,
            Credentials = new CredentialsSpec
            {
                SecretRef = new LocalReference { Name = "push" },
                Type = CredentialsType.Secret,
            },
        };
        var told = Judge(output, "*=*", []);
        Assert.That(
            told?.Message,
            Does.StartWith("spec.output.insecure: ").And.Contain("--insecure-registry=10.0.0.5:5000")
        );
        Assert.That(Judge(output, "*=*", ["10.0.0.5:5000"]), Is.Null);
        Assert.That(Judge(output with { Credentials = new CredentialsSpec() }, "*=*", []), Is.Null, "nothing to send");
    }

    [Test]
    public void What_may_not_be_built_goes_on_serving() =>
        Assert.That(
            new[] { "RepositoryNotAllowed", "RepositoryTaken" }.Select(r =>
                new BuildRequest.Refused(r, "").LeavesServing
            ),
            Has.All.True
        );

    private static BuildRequest.Refused? Judge(
        OutputSpec output,
        string line,
        IReadOnlyCollection<string> plainHosts,
        string server = "registry.example/team/server:1"
    )
    {
        var image = A.BaseImage(s => s with { Output = output });
        var known = (BuildRequest.Known)
            BuildRequest.From(
                image.Spec!,
                ParsedSpec.Parse(image.Spec!, null, null).Value,
                new BuildTemplate
                {
                    Output = output,
                    Application = new ApplicationTemplate
                    {
                        ServerImage = server,
                        Repository = output.Repository + "-service",
                    },
                }
            );
        return RepositoryPolicy.TryParse([line], out var policy, out var error)
            ? RepositoryRules.Judge(image, known, policy, plainHosts, taken: null)
            : throw new FormatException(error);
    }
}
