using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;
using k8s.Models;
using LocalCluster.Images;
using Operator.Tests.Clusters;

namespace Operator.Tests.Flow;

/// <summary>
/// With images.policy Delete the registry follows the history; nothing that somebody may still find goes.
/// </summary>
internal sealed class RetentionFlowTests
{
    [Test]
    public async Task Old_images_go_and_one_that_a_person_has_tagged_stays()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(Image(stage, ImageRetentionPolicy.Delete));
        var builds = new List<GemmaBuild>();
        for (var n = 1; n <= 5; n++)
        {
            if (n > 1)
            {
                await stage.AskForBuildAsync($"r{n}");
            }

            await stage.UntilAsync(i => i.Status?.ServingImage?.Build == $"gemma-b{n}", $"build {n} serves");
            builds.Add((await stage.ListAsync<GemmaBuild>()).Single(b => b.Spec!.Number == n));
            if (n == 1)
            {
                await TagAsync(stage, builds[0].Status!.Promoted!, "keep-this");
            }
        }

        await Eventually.ThatAsync(
            async () => (await stage.ListAsync<GemmaBuild>()).Count == 2,
            "the history has two builds"
        );
        var (bases, applications) = (
            stage.Registry.Tags("team/gemma-base"),
            stage.Registry.Tags("team/gemma-base-service")
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(bases["keep-this"], Is.EqualTo(builds[0].Status!.Promoted!.Digest));
            Assert.That(
                bases.Keys.Order(),
                Is.EqualTo(
                    new[] { builds[0], builds[3], builds[4] }
                        .Select(b => b.Status!.Promoted!.Tag!)
                        .Concat(["keep-this", "latest"])
                        .Order()
                )
            );
            Assert.That(
                applications.Keys.Order(),
                Is.EqualTo(builds.Skip(3).Select(b => b.Status!.Application!.Tag!).Order())
            );
        }

        await Eventually.ThatAsync(
            async () =>
                await stage.ListAsync<Eventsv1Event>() is var events
                && events.Any(e =>
                    e.Reason == "ImageKept"
                    && e.Note.Contains("the tag keep-this points at it", StringComparison.Ordinal)
                )
                && events.Any(e => e.Reason == "ImageDeleted" && e.Note.Contains("gemma-b2", StringComparison.Ordinal)),
            "events tell what went and what stayed"
        );
    }

    [Test]
    public async Task A_registry_that_refuses_is_told_once_and_holds_nothing_up()
    {
        await using var stage = await Stage.StartAsync(
            new ImageRegistryOptions
            {
                Fault = request =>
                    request.Method == "DELETE"
                        ? new RegistryFault(
                            405,
                            """{"errors":[{"code":"UNSUPPORTED","message":"The operation is unsupported."}]}"""
                        )
                        : null,
            }
        );
        await stage.StandIns.BaseAsync("hub/pytorch/pytorch", "2.10.0-cuda12.8-cudnn9-runtime", CancellationToken.None);
        await stage.StandIns.ServerAsync("team/server", "1", CancellationToken.None);
        await stage.ApplyAsync(Image(stage, ImageRetentionPolicy.Delete));
        for (var n = 1; n <= 3; n++)
        {
            if (n > 1)
            {
                await stage.AskForBuildAsync($"r{n}");
            }

            await stage.UntilAsync(i => i.Status?.ServingImage?.Build == $"gemma-b{n}", $"build {n} serves");
        }

        await Eventually.ThatAsync(
            async () => (await stage.ListAsync<GemmaBuild>()).Count == 2,
            "the history is cut all the same"
        );
        Assert.That(stage.Registry.Tags("team/gemma-base"), Has.Count.EqualTo(4));
        await Eventually.ThatAsync(
            async () =>
                (await stage.ListAsync<Eventsv1Event>()).Any(e =>
                    e.Reason == "ImageDeletionRefused" && e.Note.Contains("unsupported", StringComparison.Ordinal)
                ),
            "an event says so"
        );
    }

    [Test]
    public async Task Without_the_policy_images_stay()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(Image(stage, ImageRetentionPolicy.Orphan));
        for (var n = 1; n <= 3; n++)
        {
            if (n > 1)
            {
                await stage.AskForBuildAsync($"r{n}");
            }

            await stage.UntilAsync(i => i.Status?.ServingImage?.Build == $"gemma-b{n}", $"build {n} serves");
        }

        await Eventually.ThatAsync(
            async () => (await stage.ListAsync<GemmaBuild>()).Count == 2,
            "the history has two builds"
        );
        Assert.That(stage.Registry.Tags("team/gemma-base"), Has.Count.EqualTo(4));
    }

    private static GemmaBaseImage Image(Stage stage, ImageRetentionPolicy policy) =>
        stage.Image(s =>
            s with
            {
                Retention = s.Retention with
                {
                    SuccessfulBuilds = 2,
                    Images = new ImageRetention { Policy = policy, Keep = 2 },
                },
            }
        );

    private static async Task TagAsync(Stage stage, ImageStatus image, string tag)
    {
        using var http = new HttpClient();
        var client = new RegistryClient(
            http,
            RegistryAccess.Anonymous.WithInsecure(stage.Registry.Host),
            TimeProvider.System
        );
        var manifest = await client.GetManifestAsync(ImageReference.Parse(image.Reference), CancellationToken.None);
        await client.PutManifestAsync(
            new ImageReference(ImageReference.Parse(image.Reference).Repository, ImageTag.Parse(tag), null),
            manifest,
            CancellationToken.None
        );
    }
}
