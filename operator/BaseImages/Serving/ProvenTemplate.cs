using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.Api.Workloads;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.BaseImages.Workloads;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>
/// Finds the pod template with which an image proved itself. While the spec asks for the same settings, they are
/// rendered from it; else the revision that holds the template is read, and where that is lost, the Deployment has it
/// as long as it is made from it.
/// </summary>
internal static class ProvenTemplate
{
    /// <summary>Tells whether the revision is to be read: without it nobody knows what proved itself.</summary>
    public static bool MustRead(ImageSnapshot s) =>
        s.Status.ServingRevision is { } kept
        && s.Image.Metadata.DeletionTimestamp is null
        && s.Spec.Rollout.Mode == RolloutMode.Managed
        && (
            ModelMountPolicy.Decide(s) is not { } mount
            || ServingTemplate.For(s.Image, "", mount).Settings != kept.Settings
        );

    /// <summary>Returns the proven template; null when none is known.</summary>
    /// <param name="s">The snapshot.</param>
    /// <param name="wanted">What the spec asks for; null while its weights are awaited.</param>
    public static ServingTemplate? Find(ImageSnapshot s, ServingTemplate? wanted)
    {
        if (s.Status.ServingRevision is not { } kept)
        {
            var text = s.Status.ServingTemplate;
            return wanted is null ? ServingTemplate.Read(text) : ServingTemplate.Read(text, wanted);
        }

        return wanted?.Settings == kept.Settings ? wanted.With(kept.Image)
            : s.Kept.IsLost ? InDeployment(s.Workload, kept)
            : ServingTemplate.Read(s.Kept.Text);
    }

    /// <summary>Returns the status with what is to be kept of what has just proved itself.</summary>
    public static GemmaBaseImageStatus Keep(GemmaBaseImageStatus status, ServingTemplate template) =>
        status.ServingRevision is { } kept && (kept.Settings, kept.Image) == (template.Settings, template.Reference)
            ? status
            : status with
            {
                ServingTemplate = template.Text,
                ServingRevision = null,
            };

    /// <summary>
    /// Returns the status without a revision that is lost, and with the Deployment's template in its place if that is
    /// made from it.
    /// </summary>
    public static GemmaBaseImageStatus Mend(GemmaBaseImageStatus status, ImageSnapshot s) =>
        s.Kept.IsLost && status.ServingRevision is { } lost
            ? status with
            {
                ServingTemplate = InDeployment(s.Workload, lost)?.Text,
                ServingRevision = null,
            }
            : status;

    /// <summary>Returns what people are told of a lost revision; null when none is.</summary>
    public static string? Loss(ImageSnapshot s) =>
        s is { Kept.Problem: { } problem, Status.ServingRevision: { } lost }
            ? InDeployment(s.Workload, lost) is null
                ? $"{problem}, and the Deployment is of other settings; failed settings have nothing to go back to "
                    + "until others have proved themselves"
                : $"{problem}; the Deployment is still made from it, and it is kept anew from there"
            : null;

    private static ServingTemplate? InDeployment(Workload workload, ServingRevision lost) =>
        workload.Settings == lost.Settings
        && workload.Identity == RunningImage.IdentityOf(lost.Image)
        && workload.Deployment?.Spec.Template is { } live
            ? ServingTemplate.Live(live, lost.Image)
            : null;
}
