using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Models;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Hub;
using k8s.Models;

namespace Operator.Tests.BaseImages.Weights;

/// <summary>Builds objects whose weights come from somewhere, and what the cluster has of them.</summary>
internal static class Weighed
{
    public const string Commit = "8be88f1b1a2c8be88f1b1a2c8be88f1b1a2c8be8";

    public const string Application = "registry.example/team/gemma-base-service@sha256:01";

    public static readonly ModelHubSpec Hub = new()
    {
        Repository = "google/gemma-3-1b-it",
        TokenSecretRef = new SecretKeyReference { Name = "hub" },
        Storage = new ModelStorageSpec { Size = "20Gi" },
    };

    public static GemmaBaseImage Image(ModelSpec model, ModelStatus? status = null)
    {
        var image = A.BaseImage(s =>
            s with
            {
                Rollout = s.Rollout with { Server = s.Rollout.Server with { Model = model } },
            }
        );
        return image with { Status = new GemmaBaseImageStatus { Model = status } };
    }

    public static ImageSnapshot Snapshot(GemmaBaseImage image, WeightsFacts? weights = null, params V1Job[] jobs)
    {
        var s = A.Snapshot(image);
        return s with
        {
            Model = DeclaredModel.Read(image.Spec!.Rollout.Server.Model, HubEndpoint.Default)!,
            Weights = weights ?? WeightsFacts.None,
            Workload = s.Workload with { Jobs = jobs },
        };
    }

    /// <summary>What a hub said of <see cref="Hub"/>.</summary>
    public static ModelStatus Resolved(string commit = Commit, ModelFetchStatus? fetch = null) =>
        new()
        {
            Source = ModelSource.Hub,
            Reference = "hub:google/gemma-3-1b-it@main",
            Revision = commit,
            SizeBytes = 2_000_000_000,
            Claim = fetch is null ? null : Claim().Metadata.Name,
            Fetch = fetch,
        };

    public static ImageStatus Target => new() { Reference = Application, Digest = "sha256:01" };

    public static V1PersistentVolumeClaim Claim(long? bytes = null, string commit = Commit)
    {
        var image = Image(new ModelSpec { Hub = Hub });
        var hub = (DeclaredModel.OnHub)DeclaredModel.Read(image.Spec!.Rollout.Server.Model, HubEndpoint.Default)!;
        var parsed = HubCommit.Parse(commit);
        var claim = ModelClaim.Render(image, hub, parsed, "hub:google/gemma-3-1b-it@8be88f1b1a2c");
        if (bytes is { } there)
        {
            claim.Metadata.Annotations[ModelClaim.BytesAnnotation] = $"{there}";
        }

        return claim;
    }

    public static V1Job Job(int attempt, string? condition = null)
    {
        var image = Image(new ModelSpec { Hub = Hub });
        var hub = (DeclaredModel.OnHub)DeclaredModel.Read(image.Spec!.Rollout.Server.Model, HubEndpoint.Default)!;
        var commit = HubCommit.Parse(Commit);
        var job = FetchJob.Render(image, hub, commit, Application, attempt);
        job.Metadata.Uid = $"job-{attempt}";
        job.Metadata.CreationTimestamp = A.Morning;
        if (condition is not null)
        {
            // Ended long enough ago for its pod's end to have been seen.
            var ended = A.Morning.AddMinutes(-1);
            job.Status = new V1JobStatus
            {
                Conditions =
                [
                    new V1JobCondition
                    {
                        Type = condition,
                        Status = "True",
                        LastTransitionTime = ended,
                    },
                ],
            };
        }

        return job;
    }

    public static V1Pod Pod(V1Job job, int exitCode, string message) =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = job.Metadata.Name + "-x",
                OwnerReferences = [new V1OwnerReference { Uid = job.Metadata.Uid, Controller = true }],
            },
            Status = new V1PodStatus
            {
                Phase = exitCode == 0 ? "Succeeded" : "Failed",
                ContainerStatuses =
                [
                    new V1ContainerStatus
                    {
                        Name = FetchContainer.Name,
                        State = new V1ContainerState
                        {
                            Terminated = new V1ContainerStateTerminated { ExitCode = exitCode, Message = message },
                        },
                    },
                ],
            },
        };
}
