using System.Globalization;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Engines;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Pods;
using GemmaOperator.Hub;
using k8s.Models;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>
/// Renders the Job that fetches one revision of weights into its claim. It goes where the served pods may go, so that a
/// volume which binds to a place binds to theirs, and asks for no GPU.
/// </summary>
internal static class FetchJob
{
    /// <summary>
    /// Names its container and, with <c>gemma-</c> before it, its pods' <c>app.kubernetes.io/name</c>.
    /// </summary>
    public const string Role = "fetch";

    private const string ClaimAnnotation = ApiGroup.Name + "/claim-uid";

    /// <summary>
    /// Bounds one attempt: a fetch that moves is let go on, one that stalls ends by itself long before.
    /// </summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromHours(24);

    /// <summary>Says how long a finished Job stays to be looked at.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    /// <summary>
    /// Returns its name, which is the same for the same weights and attempt: made twice, it exists once.
    /// </summary>
    public static string NameOf(GemmaBaseImage image, DeclaredModel.OnHub hub, HubCommit commit, int attempt) =>
        ObjectName.With(
            image.Metadata.Name,
            string.Create(CultureInfo.InvariantCulture, $"-fetch-{ModelClaim.KeyOf(hub, commit)}-a{attempt}")
        );

    /// <param name="image">The object whose weights they are.</param>
    /// <param name="hub">Where they are from; with storage.</param>
    /// <param name="commit">Which of them.</param>
    /// <param name="reference">The application image, by digest.</param>
    /// <param name="attempt">From 1.</param>
    public static V1Job Render(
        GemmaBaseImage image,
        DeclaredModel.OnHub hub,
        HubCommit commit,
        string reference,
        int attempt
    )
    {
        var command = ModelFetchCommand.For(
            hub,
            commit,
            image.Spec!.Rollout.Server.Engine.Value ?? ServerEngine.Builtin
        );
        var served = ServingPod.For(image.Spec!, new ModelMount.Nothing(), WorkloadMetadata.Selector(image));
        var metadata = WorkloadMetadata.For(image);
        metadata.Name = NameOf(image, hub, commit, attempt);
        metadata.Labels = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [WorkloadMetadata.NameLabel] = SideJob.RoleLabel(Role),
            [ApiGroup.ImageLabel] = image.Metadata.Name,
            [ApiGroup.ManagedByLabel] = ApiGroup.ManagedByValue,
        };
        return new V1Job
        {
            ApiVersion = "batch/v1",
            Kind = "Job",
            Metadata = metadata,
            Spec = new V1JobSpec
            {
                BackoffLimit = 0,
                ActiveDeadlineSeconds = (long)Deadline.TotalSeconds,
                TtlSecondsAfterFinished = (int)Kept.TotalSeconds,
                Template = new V1PodTemplateSpec
                {
                    Metadata = new V1ObjectMeta
                    {
                        Labels = new Dictionary<string, string>(metadata.Labels, StringComparer.Ordinal),
                    },
                    Spec = new V1PodSpec
                    {
                        RestartPolicy = "Never",
                        AutomountServiceAccountToken = false,
                        EnableServiceLinks = false,
                        NodeSelector = served.NodeSelector,
                        Tolerations = served.Tolerations,
                        Affinity = FetchAffinity(served),
                        ImagePullSecrets = served.ImagePullSecrets,
                        SecurityContext = served.SecurityContext,
                        Containers = [Limited(FetchContainer.Render(command, reference))],
                        Volumes =
                        [
                            new V1Volume
                            {
                                Name = ModelVolume.Name,
                                PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource
                                {
                                    ClaimName = ModelClaim.NameOf(image, hub, commit),
                                },
                            },
                            new V1Volume { Name = "tmp", EmptyDir = new V1EmptyDirVolumeSource() },
                            .. FetchContainer.SecretsOf(command),
                        ],
                    },
                },
            },
        };
    }

    /// <summary>Only nodes: beside which pods a server wants to be says nothing of where its weights can be.</summary>
    private static V1Affinity? FetchAffinity(V1PodSpec served) =>
        served.Affinity?.NodeAffinity is { } nodes ? new V1Affinity { NodeAffinity = nodes } : null;

    /// <summary>
    /// Gives it a limit of the CPU, without which a quota on limits refuses the pod. As an init container it has none:
    /// the served pods are as they were.
    /// </summary>
    private static V1Container Limited(V1Container container)
    {
        container.Resources = PodResources.Complete(container.Resources, ("cpu", "250m", "4"));
        return container;
    }

    extension(V1Job job)
    {
        /// <summary>Gets the uid of the claim that it was made to fill; null when that wasn't known.</summary>
        public string? ClaimUid =>
            job.Metadata.Annotations is { } all && all.TryGetValue(ClaimAnnotation, out var uid) ? uid : null;

        /// <summary>Returns the same Job, saying which claim it fills: names are used again, uids aren't.</summary>
        public V1Job Filling(V1PersistentVolumeClaim claim) =>
            job with
            {
                Metadata = job.Metadata with
                {
                    Annotations = new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        [ClaimAnnotation] = claim.Metadata.Uid,
                    },
                },
            };
    }
}
