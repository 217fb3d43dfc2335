using GemmaOperator.Api.Isolation;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Registry.Access;
using StandInLocation = StandIns.Kaniko.ImageLocation;

namespace Operator.Tests.Builds.Steps.Kaniko;

/// <summary>Whether the executor, which reads names in its own way, asks the mirror that the operator asks.</summary>
internal sealed class RegistryMapTests
{
    [TestCase("mirror.example:5000", "registry.example/base", "registry.example=mirror.example:5000")]
    [TestCase("mirror.example/hub", "registry.example/base", "registry.example=mirror.example/hub")]
    [TestCase(
        "mirror.example/registry.example",
        "registry.example/base",
        "registry.example=mirror.example/mirror.example/registry.example"
    )]
    [TestCase(
        "127.0.0.1:5000/registry.example/more",
        "registry.example/base",
        "registry.example=127.0.0.1:5000/127.0.0.1:5000/registry.example/more"
    )]
    [TestCase(
        "mirror.example/localhost",
        "registry.example/base",
        "registry.example=mirror.example/mirror.example/localhost"
    )]
    [TestCase(
        "mirror.example",
        "registry.example/team.a/base",
        "registry.example=mirror.example/mirror.example"
    )]
    public void A_path_that_looks_like_a_host_is_asked_at_the_mirror(string mirror, string image, string expected)
    {
        Assert.That(RegistryMirrors.TryParse([$"registry.example={mirror}"], out var mirrors, out var error), error);
        var build = BuildExamples.Build(
            BuildExamples.Spec with
            {
                Base = BuildExamples.Spec.Base with { Image = $"{image}:1", Pytorch = null, Cuda = null, Cudnn = null },
                Build = BuildExamples.Spec.Build with { Isolation = BuildIsolation.Legacy },
            }
        );
        var map = KanikoFlags
            .For(build, new BuildOptions { Mirrors = mirrors! })
            .Single(a => a.StartsWith("--registry-map=", StringComparison.Ordinal))["--registry-map=".Length..];
        var (host, to) = (map[..map.IndexOf('=', StringComparison.Ordinal)], map[(map.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        var asked = StandInLocation.Find(
            $"{image}:1",
            new Dictionary<string, string>(StringComparer.Ordinal) { [host] = to }
        );
        var meant = mirrors!.Locate(GemmaOperator.Registry.References.ImageRepository.Parse(image));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(map, Is.EqualTo(expected));
            Assert.That((asked.Host, asked.Repository), Is.EqualTo((meant.Host, meant.Path)));
        }
    }
}
