using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Reconcile;
using GemmaOperator.BaseImages.Status;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Scan;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using Operator.Tests.Api;
using Operator.Tests.Clusters;

namespace Operator.Tests.Flow;

/// <summary>
/// What the definition lets through is refused by its field, or leads to objects that the API server takes: never to an
/// exception, and never to a refusal that only shows later.
/// </summary>
internal sealed class GeneratedSpecTests
{
    private const int Specs = 250;

    [Test]
    public async Task Whatever_the_definition_takes_is_refused_by_its_field_or_makes_objects_that_are_taken()
    {
        await using var cluster = await TestCluster.StartAsync();
        foreach (var crd in CrdFile.All)
        {
            await cluster.InstallAsync(
                KubernetesJson.Deserialize<V1CustomResourceDefinition>(crd.Document.ToJsonString())
            );
        }

        var (faults, taken, understood) = (new List<string>(), 0, 0);
        for (var seed = 0; seed < Specs; seed++)
        {
            try
            {
                if (await CreateAsync(cluster, seed) is not { } image)
                {
                    continue;
                }

                taken++;
                understood += await TryAsync(cluster, image) ? 1 : 0;
            }
            catch (Exception e)
            {
                faults.Add($"seed {seed}: {e}");
            }
        }

        TestContext.Out.WriteLine($"{taken} of {Specs} specs were taken, {understood} of them were understood");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(faults, Is.Empty);
            Assert.That(taken, Is.GreaterThan(Specs / 10), "the definition takes what is made of it");
            Assert.That(understood, Is.GreaterThan(10), "some specs make sense");
        }
    }

    /// <summary>Creates an object; null when the definition refuses it.</summary>
    private static async Task<GemmaBaseImage?> CreateAsync(TestCluster cluster, int seed)
    {
        var json = new JsonObject
        {
            ["apiVersion"] = "gemmaoperator.io/v1alpha1",
            ["kind"] = "GemmaBaseImage",
            ["metadata"] = new JsonObject { ["name"] = $"g{seed}", ["namespace"] = cluster.Namespace },
            ["spec"] = new GeneratedSpec(seed).Make(),
        };
        try
        {
            var image = JsonSerializer.Deserialize<GemmaBaseImage>(json.ToJsonString(), KubeJson.Options)!;
            return await cluster.Api.CreateAsync(image, CancellationToken.None);
        }
        catch (Exception e) when (e is KubeApiException { IsRefusal: true } or JsonException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>Plans and makes what the object asks for; returns false when it was refused by a field.</summary>
    private static async Task<bool> TryAsync(TestCluster cluster, GemmaBaseImage image)
    {
        var reader = new BuildRequestReader(null!, null!, null!, "registry.example/team/server:1", canScan: true);
        var request = await reader.ReadAsync(image, CancellationToken.None);
        if (request is not BuildRequest.Known known)
        {
            var refused = (BuildRequest.Refused)request;
            if (!refused.Message.StartsWith("spec.", StringComparison.Ordinal))
            {
                throw new AssertionException($"it names no field: {refused.Message}");
            }

            Plan(A.Snapshot(image, refused));
            return false;
        }

        image = image with
        {
            Status = new GemmaBaseImageStatus
            {
                ResolvedBase = new ResolvedBase
                {
                    Reference = known.Base.Text,
                    Digest = A.Digest(1),
                    CheckedAt = A.Morning,
                },
            },
        };
        if (Plan(A.Snapshot(image, known)).Freshness.Decision is not ImageDecision.StartBuild start)
        {
            return true;
        }

        var build = await cluster.Api.CreateAsync(start.Build, CancellationToken.None);
        await cluster.Api.CreateAsync(BuildContext.For(build), CancellationToken.None);
        foreach (var job in JobsOf(build))
        {
            await cluster.Api.CreateAsync(job, CancellationToken.None);
        }

        var changes = Plan(A.Snapshot(image, known, [build.Succeeded()])).Workload;
        await ApplyAsync(cluster, changes?.Service);
        await ApplyAsync(cluster, changes?.Deployment);
        await ApplyAsync(cluster, changes?.Budget);
        return true;
    }

    private static IEnumerable<V1Job> JobsOf(GemmaBuild build)
    {
        yield return KanikoJob.For(build, 1, new BuildOptions());
        if (build.Spec!.Template.Verification is { } verification)
        {
            yield return VerifyJob.For(build, A.Image(1), verification, 1);
            if (verification.Scan is { } scan)
            {
                yield return ScanJob.For(build, A.Image(1), scan, "registry.example/op:1", false, 1, A.Morning);
            }
        }
    }

    private static ImagePlan Plan(ImageSnapshot s)
    {
        var plan = ImagePlan.Decide(s);
        ImageStatusFold.Fold(s, plan.Freshness.Decision, plan.Rollout.Decision, new ImageOutcome());
        return plan;
    }

    private static Task ApplyAsync<T>(TestCluster cluster, T? wanted)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        wanted is null ? Task.CompletedTask : cluster.Api.ApplyAsync(wanted, CancellationToken.None);
}
