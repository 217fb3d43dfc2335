using k8s.Models;

namespace GemmaOperator.Cluster.Authenticity;

/// <summary>Compares a Job with what would be rendered: what its pods run, and what its end means.</summary>
internal static class JobMatch
{
    private const string Template = "template.spec";

    private const string OwnController = "kubernetes.io/job-controller";

    /// <summary>Returns the path of the first field that differs; null when it is the one that would be made.</summary>
    public static string? Difference(V1Job wanted, V1Job live)
    {
        if (live.Spec?.Template?.Spec is not { } pod)
        {
            return "spec";
        }

        return Fields(wanted.Spec, live.Spec).FirstOrDefault(f => !f.IsSame).Field is { } field ? $"spec.{field}"
            : PodMatch.Difference(wanted.Spec.Template.Spec, pod, Tolerance.Adoption) is { } difference
                ? $"spec.{Template}.{difference}"
            : null;
    }

    private static IEnumerable<(string Field, bool IsSame)> Fields(V1JobSpec wanted, V1JobSpec live)
    {
        yield return ("backoffLimit", wanted.BackoffLimit == live.BackoffLimit);
        yield return ("parallelism", (live.Parallelism ?? 1) == (wanted.Parallelism ?? 1));
        yield return ("completions", (live.Completions ?? 1) == (wanted.Completions ?? 1));
        // Each of these lets a Job succeed by pods that aren't its own, or by a word that isn't the Job controller's.
        yield return ("manualSelector", live.ManualSelector != true);
        yield return ("managedBy", live.ManagedBy is null or OwnController);
        yield return ("successPolicy", live.SuccessPolicy is null);
        yield return ("podFailurePolicy", live.PodFailurePolicy is null);
    }
}
