using System.Net;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.References;
using k8s.Models;

namespace Operator.Tests.Registry;

/// <summary>Field 34: a refusal names the repository, the field that it came from, and whether credentials are set.</summary>
public sealed class NamedFieldTests
{
    [TestCase("r.example/team/base", "spec.output.repository (r.example/team/base): ")]
    [TestCase("r.example/team/base-service", "spec.rollout.server.repository (r.example/team/base-service): ")]
    [TestCase("r.example/team/server", "spec.rollout.server.image (r.example/team/server): ")]
    [TestCase("r.example/team/cache", "spec.build.cache.repository (r.example/team/cache): ")]
    [TestCase("r.example/other/x", "; it is private")]
    public async Task The_remedy_names_the_field_of_the_repository_that_was_asked(string repository, string named)
    {
        var failure = await Scripted.FailureAsync(Answering(HttpStatusCode.NotFound), repository);
        Assert.That(failure.Message, Does.Contain(named).And.Contain("it is private or doesn't exist"));
    }

    [TestCase(HttpStatusCode.NotFound, false, "no credentials are set for it (spec.output.credentials)")]
    [TestCase(HttpStatusCode.Unauthorized, false, "no credentials are set for it (spec.output.credentials)")]
    [TestCase(HttpStatusCode.NotFound, true, "that the credentials (spec.output.credentials) may read it")]
    [TestCase(HttpStatusCode.Unauthorized, true, "check the credentials (spec.output.credentials)")]
    [TestCase(HttpStatusCode.Forbidden, true, "the credentials (spec.output.credentials) lack this permission")]
    public async Task The_remedy_knows_whether_credentials_are_set(HttpStatusCode code, bool areSet, string remedy)
    {
        var access = Scripted.Access(areSet ? Scripted.Credentials() : null);
        var failure = await Scripted.FailureAsync(Answering(code), "r.example/team/base", access);
        Assert.That(failure.Message, Does.EndWith(remedy));
    }

    [TestCase("pytorch.example/xx:1", "spec.base.image (pytorch.example/xx): ")]
    [TestCase("", "spec.base (pytorch.example/xx): ")]
    public async Task A_base_is_named_by_its_own_field(string image, string named)
    {
        var spec = new GemmaBaseImage
        {
            Metadata = new V1ObjectMeta { Name = "g", NamespaceProperty = "n" },
            Spec = new GemmaBaseImageSpec { Base = new BaseSpec { Image = image } },
        };
        var repository = ImageRepository.Parse("pytorch.example/xx");
        var access = RegistryAccess.Anonymous with { Fields = RepositoryFields.OfBase(spec, repository) };
        var failure = await Scripted.FailureAsync(
            Answering(HttpStatusCode.Unauthorized),
            repository.ToString(),
            access
        );
        Assert.That(
            failure.Message,
            Does.Contain(named).And.EndsWith("no credentials are set for it (spec.base.pullSecretRef)")
        );
    }

    [Test]
    public async Task A_mirror_is_named_by_the_operators_option()
    {
        Assert.That(RegistryMirrors.TryParse(["r.example=m.example/hub"], out var mirrors, out _));
        var failure = await Scripted.FailureAsync(
            Answering(HttpStatusCode.NotFound),
            "r.example/team/base",
            Scripted.Access() with
            {
                Mirrors = mirrors!,
            }
        );
        Assert.That(failure.Message, Does.Contain("--registry-mirror (m.example/hub/team/base): "));
    }

    private static ScriptedHandler Answering(HttpStatusCode code) =>
        new((_, _) => RegistryAnswer.Of("", "text/plain", code));
}
