using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Engines;
using GemmaOperator.BaseImages.Facts;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>
/// Decides with which engines' settings an image may be tried: with those that it was built and proved for. An image of
/// another engine in them would fail for sure, and what serves would be given up for that.
/// </summary>
internal static class EngineFit
{
    /// <summary>Tells whether an image was made for an engine.</summary>
    /// <param name="s">All facts.</param>
    /// <param name="image">An application image.</param>
    /// <param name="engine">The engine.</param>
    /// <param name="proven">The engine of what proved itself; null when nothing has.</param>
    public static bool Fits(ImageSnapshot s, ImageStatus image, ServerEngine engine, ServerEngine? proven)
    {
        var makers = s.Builds.Where(b => b.Status?.Application?.Digest == image.Digest).ToList();
        return makers.Count > 0 ? makers.Any(b => (b.Spec!.Template.Engine ?? ServerEngine.Builtin) == engine)
            // Its build has left the history.
            : image.Digest == s.Status.ServingImage?.Digest ? (proven ?? ServerEngine.Builtin) == engine
            : engine == ServerEngine.Builtin;
    }

    /// <summary>Says why no settings that are known serve an image.</summary>
    public static string Problem(ImageSnapshot s, ImageStatus image) =>
        $"{image.Reference} (build {image.Build}) wasn't made for the engine {s.Spec.Rollout.Server.Engine} "
        + "(spec.rollout.server.engine)";
}
