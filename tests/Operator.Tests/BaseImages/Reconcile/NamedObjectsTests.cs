using GemmaOperator.Api.Access;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Models;
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
    public void Secrets_for_pulling_are_read_each_by_its_place_and_that_of_indexes() =>
        Assert.That(
            NamedObjects.Secrets(
                new GemmaBaseImageSpec
                {
                    Requirements = new RequirementsSpec { IndexCredentialsRef = new NetrcReference { Name = "pypi" } },
                    Build = new BuildSpec
                    {
                        ImagePullSecrets = [new LocalReference { Name = "one" }, new LocalReference { Name = "two" }],
                    },
                }
            ),
            Is.EqualTo(
                new[]
                {
                    ("spec.build.imagePullSecrets[0]", "one"),
                    ("spec.build.imagePullSecrets[1]", "two"),
                    ("spec.requirements.indexCredentialsRef", "pypi"),
                }
            )
        );

    [TestCase(RolloutMode.Managed, new[] { "hub/token", "weights" })]
    [TestCase(
        RolloutMode.PublishOnly,
        new string[0],
        TestName = "Secrets_for_weights_are_read_only_for_what_serves_them"
    )]
    public void Secrets_for_weights(RolloutMode mode, string[] names)
    {
        var spec = A.BaseImage(s =>
            s with
            {
                Rollout = s.Rollout with
                {
                    Mode = mode,
                    Server = s.Rollout.Server with
                    {
                        Model = new ModelSpec
                        {
                            Hub = new ModelHubSpec { TokenSecretRef = new SecretKeyReference { Name = "hub" } },
                            Image = new ModelImageSpec { PullSecretRef = new LocalReference { Name = "weights" } },
                        },
                    },
                },
            }
        ).Spec;
        Assert.That(
            NamedObjects
                .TokenSecrets(spec)
                .Select(s => $"{s.Name}/{s.Key}")
                .Concat(NamedObjects.RegistrySecrets(spec).Select(s => s.Name)),
            Is.EqualTo(names)
        );
        Assert.That(
            NamedObjects.Secrets(spec).Select(s => s.Name).Order(),
            Is.EqualTo(names.Select(n => n.Split('/')[0]))
        );
    }

    [Test]
    public void ConfigMaps_are_those_of_requirements_Dockerfile_and_authorities_and_an_empty_spec_names_none()
    {
        var spec = A.BaseImage(s =>
            s with
            {
                Requirements = new RequirementsSpec { ConfigMapRef = new KeyReference { Name = "reqs" } },
                Dockerfile = new DockerfileSpec { ConfigMapRef = new KeyReference { Name = "own" } },
                Build = s.Build with { CaBundleRef = new BundleReference { Name = "authorities" } },
            }
        ).Spec;
        Assert.That(
            NamedObjects.ConfigMaps(spec),
            Is.EqualTo(
                new[]
                {
                    ("spec.requirements.configMapRef", "reqs"),
                    ("spec.dockerfile.configMapRef", "own"),
                    ("spec.build.caBundleRef", "authorities"),
                }
            )
        );
        Assert.That(NamedObjects.ConfigMaps(null).Concat(NamedObjects.Secrets(null)), Is.Empty);
    }
}
