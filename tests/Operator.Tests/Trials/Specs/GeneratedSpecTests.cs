using System.Diagnostics;
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

namespace Operator.Tests.Trials.Specs;

/// <summary>
/// What the definition lets through is refused by its field, or leads to objects that the API server takes: never to an
/// exception, and never to a refusal that only shows later.
/// </summary>
[Parallelizable(ParallelScope.Self)]
internal sealed class GeneratedSpecTests
{
    /// <summary>Says how many specs and edits of them the short form tries; GEMMA_TRIAL_SPECS the long one.</summary>
    private const int Short = 320;

    /// <summary>Each object is made, edited twice, and edited back.</summary>
    private const int States = 4;

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

        using var raw = new RawImages(cluster);
        var specs = Trial.Number("GEMMA_TRIAL_SPECS") ?? Short;
        var (faults, taken, understood) = (new List<string>(), 0, 0);
        var clock = Stopwatch.StartNew();
        for (var seed = Trial.Seed; seed < Trial.Seed + (specs / States); seed++)
        {
            var generated = new GeneratedSpec(seed, near: seed % 3);
            var first = generated.Make();
            var second = generated.Edit(first);
            JsonObject[] states = [first, second, generated.Edit(second), first];
            string? fresh = null;
            for (var step = 0; step < States; step++)
            {
                try
                {
                    if (await raw.PutAsync($"g{seed}", states[step]) is not { } image)
                    {
                        continue;
                    }

                    taken++;
                    var rendered = await TryAsync(cluster, image, step);
                    understood += rendered is null ? 0 : 1;
                    fresh = step == 0 ? rendered : fresh;
                    if (step == States - 1 && rendered != fresh)
                    {
                        throw new AssertionException($"edited back it renders otherwise:\n{fresh}\n{rendered}");
                    }
                }
                catch (Exception e)
                {
                    faults.Add(
                        $"seed {seed}, step {step}: {e.Message}\n    {states[step].ToJsonString()}\n    again: "
                            + $"GEMMA_TRIAL_SEED={seed} GEMMA_TRIAL_SPECS={States} dotnet test tests/Operator.Tests "
                            + $"--filter FullyQualifiedName~GeneratedSpecTests\n{e.StackTrace}"
                    );
                }
            }
        }

        await TestContext.Out.WriteLineAsync(
            $"seed {Trial.Seed}: {specs} specs and edits, {taken} taken, {understood} understood, "
                + $"{faults.Count} faults, in {clock.Elapsed.TotalSeconds:0} s"
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(faults, Is.Empty, string.Join('\n', faults.Take(20)));
            Assert.That(specs < Short || taken > specs / 10, "the definition takes what is made of it");
            Assert.That(specs < Short || understood > specs / 100, "some specs make sense");
        }
    }

    /// <summary>
    /// Plans and makes what the object asks for, and reads it back; returns what was rendered, null when it was refused
    /// by a field.
    /// </summary>
    private static async Task<string?> TryAsync(TestCluster cluster, GemmaBaseImage image, int step)
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

            All(RenderedSpec.WrongText(refused.Message));

            Plan(A.Snapshot(image, refused));
            return null;
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
            return "";
        }

        // Each state's build has a name of its own, as the operator's counter would give it.
        start.Build.Metadata.Name += $"-{step}";
        var build = await cluster.Api.CreateAsync(start.Build, CancellationToken.None);
        All(image.Spec!.Dockerfile is null ? RenderedSpec.Wrong(image, build) : []);
        await cluster.Api.CreateAsync(BuildContext.For(build), CancellationToken.None);
        foreach (var job in JobsOf(build))
        {
            await cluster.Api.CreateAsync(job, CancellationToken.None);
            All(RenderedSpec.Wrong(job));
        }

        var changes = Plan(A.Snapshot(image, known, [build.Succeeded()])).Workload;
        await ApplyAsync(cluster, changes?.Service);
        await ApplyAsync(cluster, changes?.Deployment);
        await ApplyAsync(cluster, changes?.Budget);
        All(changes?.Deployment is { } made ? RenderedSpec.Wrong(image, made) : []);
        // A pin to a build that isn't there serves nothing.
        var served = changes?.Deployment is { } deployment ? KubernetesJson.Serialize(deployment.Spec) : "";
        return build.Spec!.Resolved.Dockerfile + served;
    }

    private static void All(IEnumerable<string> wrong)
    {
        if (wrong.FirstOrDefault() is { } first)
        {
            throw new AssertionException(first);
        }
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
        var status = ImageStatusFold.Fold(s, plan.Freshness.Decision, plan.Rollout.Decision, new ImageOutcome());
        All(status.Conditions.SelectMany(c => RenderedSpec.WrongText(c.Message)));
        if (status.ObservedGeneration != s.Image.Metadata.Generation)
        {
            throw new AssertionException($"its status is of generation {status.ObservedGeneration}");
        }

        return plan;
    }

    private static Task ApplyAsync<T>(TestCluster cluster, T? wanted)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        wanted is null ? Task.CompletedTask : cluster.Api.ApplyAsync(wanted, CancellationToken.None);
}
