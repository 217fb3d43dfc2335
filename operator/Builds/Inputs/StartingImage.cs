using GemmaOperator.Api.Builds;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Builds.Inputs;

/// <summary>
/// Says what a build begins with, which its FROM instruction is given: the upstream base, or the published image that a
/// patch is put onto.
/// </summary>
internal static class StartingImage
{
    /// <summary>Returns it by digest.</summary>
    /// <exception cref="FormatException">
    /// The build's texts can't be read; no build that the operator made carries one like that.
    /// </exception>
    public static ImageReference Of(GemmaBuildSpec spec)
    {
        if (spec.Patch is { } patch)
        {
            return ImageReference.Parse(patch.Of.Reference);
        }

        var pinned = PinnedBase.Of(spec.Resolved);
        return new ImageReference(pinned.Declared.Repository, null, pinned.Digest);
    }
}
