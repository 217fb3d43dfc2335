using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;

namespace Operator.Tests.BaseImages.Reconcile;

/// <summary>What wakes an object is what is read for it.</summary>
internal sealed class NamedObjectsTests
{
    [TestCase(CredentialsType.Secret, new[] { "pull", "push" })]
    [TestCase(
        CredentialsType.None,
        new[] { "pull" },
        TestName = "A_Secret_that_credentials_of_another_type_name_isn_t_read"
    )]
    public void Secrets(CredentialsType type, string[] names)
    {
        var spec = A.BaseImage(s =>
            s with
            {
                Base = s.Base with { PullSecretRef = new LocalReference { Name = "pull" } },
                Output = s.Output with
                {
                    Credentials = new CredentialsSpec
                    {
                        Type = type,
                        SecretRef = new LocalReference { Name = "push" },
                    },
                },
            }
        ).Spec;
        Assert.That(NamedObjects.Secrets(spec).Select(o => o.Name), Is.EqualTo(names));
    }

    [Test]
    public void ConfigMaps_are_those_of_requirements_and_Dockerfile_and_an_empty_spec_names_none()
    {
        var spec = A.BaseImage(s =>
            s with
            {
                Requirements = new RequirementsSpec { ConfigMapRef = new KeyReference { Name = "reqs" } },
                Dockerfile = new DockerfileSpec { ConfigMapRef = new KeyReference { Name = "own" } },
            }
        ).Spec;
        Assert.That(
            NamedObjects.ConfigMaps(spec),
            Is.EqualTo(new[] { ("spec.requirements.configMapRef", "reqs"), ("spec.dockerfile.configMapRef", "own") })
        );
        Assert.That(NamedObjects.ConfigMaps(null).Concat(NamedObjects.Secrets(null)), Is.Empty);
    }
}
