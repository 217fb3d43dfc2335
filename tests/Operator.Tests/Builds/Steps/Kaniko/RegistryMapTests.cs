using GemmaOperator.Api.Isolation;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.References;

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
    [TestCase("mirror.example", "registry.example/team.a/base", "registry.example=mirror.example/mirror.example")]
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
        var meant = mirrors!.Locate(ImageRepository.Parse(image));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(map, Is.EqualTo(expected));
            Assert.That(AskedBy(map, image), Is.EqualTo($"{meant.Host} {meant.Path}"));
        }
    }

    /// <summary>
    /// Returns what Kaniko asks: it puts the path of the map before the image's (pkg/image/remote), and reads that as
    /// go-containerregistry reads names (pkg/name, NewRepository).
    /// </summary>
    private static string AskedBy(string map, string image)
    {
        var to = map[(map.IndexOf('=', StringComparison.Ordinal) + 1)..].Split('/', 2);
        var path = image[(image.IndexOf('/', StringComparison.Ordinal) + 1)..];
        var name = (to.Length > 1 ? $"{to[1]}/{path}" : path).Split('/', 2);
        return name.Length > 1 && (name[0] == "localhost" || name[0].AsSpan().ContainsAny('.', ':'))
            ? $"{name[0]} {name[1]}"
            : $"{to[0]} {string.Join('/', name)}";
    }
}
