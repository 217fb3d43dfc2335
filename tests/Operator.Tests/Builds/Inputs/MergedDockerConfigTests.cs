using System.Text;
using System.Text.Json.Nodes;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.References;

namespace Operator.Tests.Builds.Inputs;

/// <summary>Kaniko is given credentials in words that it understands.</summary>
public sealed class MergedDockerConfigTests
{
    [TestCase("""{"auths":{"r.example":{"auth":"dXNlcjpwYXNz"}}}""", true)]
    [TestCase("""{"auths":{"*.example":{"auth":"dXNlcjpwYXNz"}}}""", false)]
    [TestCase("""{"auths":{"r.example/team":{"auth":"dXNlcjpwYXNz"}}}""", false)]
    [TestCase("""{"auths":{"o.example":{"auth":"%"},"r.example":{"auth":"dXNlcjpwYXNz"}}}""", false)]
    public void What_Kaniko_would_misread_is_spelled_out_for_it(string json, bool isPlain)
    {
        var config = Read(json);
        Assert.That(config.IsPlain, Is.EqualTo(isPlain));
        var spelled = JsonNode.Parse(MergedDockerConfig.Of(config, [new ImageLocation("r.example", "team/base")]))!;
        var auths = spelled["auths"]!.AsObject();
        var found = auths["r.example/team/base"] ?? auths["r.example"];
        Assert.That((string?)found?["auth"], Is.EqualTo("dXNlcjpwYXNz"));
        Assert.That(auths.Select(a => a.Key), Has.None.Contains("*").And.None.EqualTo("o.example"));
    }

    [Test]
    public void The_push_credentials_win_and_an_empty_entry_takes_nothing_away()
    {
        var pull = Read("""{"auths":{"a.example":{"auth":"dTox"},"b.example":{"auth":"dToy"}}}""");
        var push = Read("""{"auths":{"b.example":{"auth":"dToz"},"a.example":{}}}""");
        Assert.That(
            Encoding.UTF8.GetString(MergedDockerConfig.Of(pull.With(push), [])),
            Is.EqualTo("""{"auths":{"a.example":{"auth":"dTox"},"b.example":{"auth":"dToz"}}}""")
        );
    }

    [Test]
    public void A_build_uses_its_base_its_result_and_its_cache()
    {
        var build = BuildExamples.Build(BuildExamples.Spec);
        var named = BuildCredentials.Repositories(build, RegistryMirrors.None).Select(r => r.ToString()).ToList();
        var output = build.Spec!.Template.Output.Repository;
        Assert.That(named, Does.Contain(output).And.Contain($"{output}/cache"));
        Assert.That(named, Does.Contain(ImageReference.Parse(build.Spec.Resolved.BaseReference).Repository.ToString()));
    }

    private static DockerConfig Read(string json) =>
        DockerConfig.TryParse(Encoding.UTF8.GetBytes(json), out var config, out var error)
            ? config
            : throw new AssertionException(error);
}
