using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Hosting;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;
using KubectlGemma.Planning;

namespace Cli.Tests.Facts;

/// <summary>
/// What is foretold doesn't look up versions of Secrets: they are taken for what they were, and where they may not be
/// read nothing is said of them.
/// </summary>
public sealed class GatheredSecretsTests
{
    private static readonly GemmaBaseImage Image = new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = "gemma",
            NamespaceProperty = "team",
            Uid = "u",
        },
        Spec = new GemmaBaseImageSpec
        {
            Base = new BaseSpec
            {
                Image = "registry.example/base:1",
                PullSecretRef = new LocalReference { Name = "pull" },
            },
            Output = new OutputSpec { Repository = "registry.example/team/gemma" },
            Rollout = new RolloutSpec { Mode = RolloutMode.PublishOnly },
        },
    };

    private static readonly GemmaBuild Failed = new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = "gemma-b1",
            NamespaceProperty = "team",
            OwnerReferences =
            [
                new V1OwnerReference
                {
                    ApiVersion = ApiGroup.GroupVersion,
                    Kind = GemmaBaseImage.KubeKind,
                    Name = "gemma",
                    Uid = "u",
                    Controller = true,
                },
            ],
        },
        Spec = new GemmaBuildSpec
        {
            Number = 1,
            ImageRef = new ImageOwnerReference { Name = "gemma", Uid = "u" },
        },
        Status = new GemmaBuildStatus
        {
            ConfirmedOwner = "u",
            CredentialsVersion = "pull@7",
            Conditions =
            [
                new V1Condition
                {
                    Type = ConditionType.Succeeded,
                    Status = "False",
                    Reason = "PushRefused",
                },
            ],
        },
    };

    [Test]
    public async Task Secrets_are_those_of_the_attempt_that_failed()
    {
        var seen = await GatherAsync(readsSecrets: true);
        Assert.That(seen.CredentialsVersion, Is.EqualTo("pull@7"));
        Assert.That(seen.Inputs, Is.InstanceOf<BuildRequest.Refused>(), "the Secret isn't there");
    }

    [Test]
    public async Task Nothing_is_said_of_Secrets_that_may_not_be_read() =>
        Assert.That((await GatherAsync(readsSecrets: false)).Inputs, Is.InstanceOf<BuildRequest.Known>());

    private static async Task<ImageSnapshot> GatherAsync(bool readsSecrets)
    {
        var reader = new UpgradeReader(
            new TwoObjects(),
            options: null,
            hasImageVolumes: true,
            TimeProvider.System,
            readsSecrets: readsSecrets
        );
        return (await reader.GatherAsync("team", "gemma", CancellationToken.None))!;
    }

    /// <summary>Holds one object and its build, and nothing else.</summary>
    private sealed class TwoObjects() : ReadingApi(null!)
    {
        public override Task<T?> GetAsync<T>(string? ns, string name, CancellationToken cancellationToken)
            where T : class => Task.FromResult<T?>(null);

        public override Task<KubePage<T>> ListAsync<T>(ListQuery query, CancellationToken cancellationToken) =>
            Task.FromResult(
                new KubePage<T>([.. new object[] { Image, Failed }.OfType<T>()], ResourceVersion: "1", Continue: null)
            );
    }
}
