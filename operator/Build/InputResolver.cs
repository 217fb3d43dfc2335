using GemmaOperator.Api;

namespace GemmaOperator.Build;

/// <summary>Fixes the inputs of one build: what a GemmaBuild carries, so that later edits of its parent can't change it.</summary>
internal static class InputResolver
{
    /// <param name="inputs">Understood spec.</param>
    /// <param name="template">How and where it is built.</param>
    /// <param name="baseDigest">Digest that the base reference stands for now.</param>
    /// <param name="imageName">Namespace and name of the GemmaBaseImage.</param>
    /// <param name="number">Number of the build.</param>
    /// <param name="cacheEpoch">Value of CACHE_EPOCH, see <see cref="CacheEpoch"/>.</param>
    public static Parsed<ResolvedInputs> Resolve(
        ImageInputs inputs, BuildTemplate template, string baseDigest, string imageName, long number, string cacheEpoch)
    {
        var pinned = PinnedBase.Parse(inputs.BaseReference, baseDigest, "spec.base");
        if (!pinned.TryGet(out var image)) return Parsed<ResolvedInputs>.Wrong(pinned.Problems);
        if (!CacheEpoch.IsValid(cacheEpoch)) throw new ArgumentException("not a cache epoch", nameof(cacheEpoch));
        var hash = Fingerprints.Inputs(inputs);
        var resolved = new ResolvedInputs
        {
            BaseReference = inputs.BaseReference,
            BaseDigest = baseDigest,
            Dockerfile = DockerfileRenderer.Render(inputs, image, new DockerfileStamp(imageName, number, hash, cacheEpoch)),
            Requirements = inputs.Requirements.Render(),
            InputsHash = hash,
            AttemptHash = Fingerprints.Attempt(inputs, template),
            PublishHash = Fingerprints.Publish(template),
            CacheEpoch = cacheEpoch,
        };
        return BuildContext.Check(resolved) is { } tooLarge
            ? Parsed<ResolvedInputs>.Wrong([tooLarge])
            : Parsed<ResolvedInputs>.Of(resolved);
    }
}
