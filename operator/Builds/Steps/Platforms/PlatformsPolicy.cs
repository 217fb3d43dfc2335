using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Steps.Contents;

namespace GemmaOperator.Builds.Steps.Platforms;

/// <summary>Decides what a build for several platforms does until all its images have proved themselves.</summary>
internal static class PlatformsPolicy
{
    /// <summary>
    /// Returns the steps of the platforms that have one, and the joining once none has; null for a build for one, and
    /// once the index is in the registry.
    /// </summary>
    /// <param name="s">What is known.</param>
    /// <param name="next">Decides the next step of one platform; null once its image has proved itself.</param>
    public static BuildStep? Decide(BuildSnapshot s, Func<BuildSnapshot, BuildStep?> next)
    {
        if (!s.Spec.Template.IsForSeveral || s.Status.Candidate is not null || s.Spec.Template.ReuseBase is not null)
        {
            return null;
        }

        var work = s.Parts.Select(part => (Part: part, Step: next(part))).Where(w => w.Step is not null).ToList();
        return work.Count > 0
            // What holds one up is said last, and so stands in the conditions.
            ? new WorkOnPlatforms([
                .. work.OrderBy(w => w.Step!.HeldBy is not null).Select(w => new PlatformWork(w.Part, w.Step!)),
            ])
            : new JoinPlatforms(IsUnchanged(s) ? s.Published : null);
    }

    /// <summary>Decides whether every platform's image is what is published for it.</summary>
    private static bool IsUnchanged(BuildSnapshot s) => s.Parts.All(part => UnchangedPolicy.Find(part) is not null);
}
