using GemmaOperator.Api.Builds;

namespace GemmaOperator.Builds.Reconcile;

/// <summary>
/// Says what decisions read of a build: all of one that runs, and of one that has ended what it was made from and came
/// to.
/// </summary>
internal static class BuildCacheTrimming
{
    /// <summary>
    /// Returns a finished build without the texts that only its Job reads; most builds are finished ones,
    /// and most of them is these.
    /// </summary>
    public static GemmaBuild Of(GemmaBuild build) =>
        build is { IsFinished: true, Spec: { } spec }
            ? build with
            {
                Spec = spec with { Resolved = spec.Resolved with { Dockerfile = "", Requirements = "" } },
            }
            : build;
}
