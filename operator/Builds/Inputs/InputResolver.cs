using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Inputs.Access;
using GemmaOperator.Registry.References;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs;

/// <summary>
/// Fixes the inputs of a build: what a GemmaBuild carries, so that later edits of its parent can't change it.
/// </summary>
internal static class InputResolver
{
    /// <summary>Bounds what is kept to lead a line back to the user's text; the schema has it, too.</summary>
    private const int MaxLines = 4096;

    /// <summary>
    /// Renders everything but the base's digest and the cache epoch, which <see cref="Pin"/> adds, and the
    /// fingerprints, which the caller has; or says why a build can't hold it.
    /// </summary>
    /// <param name="inputs">Understood spec.</param>
    /// <param name="access">How the steps of a rendered Dockerfile reach what they install.</param>
    public static Parsed<ResolvedInputs> Resolve(ParsedSpec inputs, StepAccess? access = null)
    {
        var resolved = new ResolvedInputs
        {
            BaseReference = inputs.Base.Text,
            Dockerfile = DockerfileRenderer.Render(inputs, access),
            Requirements = inputs.Requirements.Render(),
            RequirementsField = inputs.Requirements.Field,
            RequirementLines = inputs.Requirements.SourceLines() is { Count: <= MaxLines } lines ? lines : [],
        };
        return BuildContext.Check(resolved) is { } tooLarge
            ? Parsed<ResolvedInputs>.Wrong([tooLarge])
            : Parsed<ResolvedInputs>.Of(resolved);
    }

    /// <summary>Returns the inputs of one build: with the digest that the base stands for now, and the epoch.</summary>
    /// <exception cref="ArgumentException">It isn't an epoch, see <see cref="CacheEpoch"/>.</exception>
    public static ResolvedInputs Pin(ResolvedInputs resolved, ImageDigest baseDigest, string cacheEpoch) =>
        CacheEpoch.IsValid(cacheEpoch)
            ? resolved with
            {
                BaseDigest = baseDigest.ToString(),
                CacheEpoch = cacheEpoch,
            }
            : throw new ArgumentException("not a cache epoch", nameof(cacheEpoch));
}
