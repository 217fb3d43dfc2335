using GemmaOperator.Api.Words;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Builds.Steps.Promote;

/// <summary>
/// Says why an alias tag can't move to an image. It keeps nobody from the image, which is used by its digest.
/// </summary>
/// <param name="Reason">One of <see cref="ImageReason.AliasTagsCurrent"/>.</param>
/// <param name="Message">What the registry says; a sentence without full stop.</param>
/// <param name="Remedy">What ends it; a sentence.</param>
internal sealed record AliasProblem(string Reason, string Message, string Remedy)
{
    /// <summary>Gets whether it may pass by itself.</summary>
    public bool IsTransient => Reason == ImageReason.AliasTagsCurrent.RegistryUnavailable;

    /// <summary>
    /// Sorts a refusal by who must act. Registries say in many ways that a tag may not move (400, 405, 409, 412, 422);
    /// what they have in common is that the tag is there and another would have been taken.
    /// </summary>
    /// <param name="alias">The tag.</param>
    /// <param name="isThere">Whether it stands for another image now.</param>
    /// <param name="e">The refusal.</param>
    public static AliasProblem Of(ImageTag alias, bool isThere, RegistryException e) =>
        e.Error switch
        {
            _ when e.IsTransient => Away(alias, e.Message),
            RegistryError.EgressRefused => new AliasProblem(
                ImageReason.AliasTagsCurrent.TagRefused,
                $"{alias} can't be moved: {e.Message}",
                "It moves when the operator may ask the registry."
            ),
            RegistryError.Unauthorized or RegistryError.Denied => new AliasProblem(
                ImageReason.AliasTagsCurrent.TagRefused,
                $"{alias} can't be moved with these credentials: {e.Message}",
                "Let them move it (spec.output.credentials), let the registry not protect it, or leave it out."
            ),
            _ when isThere => new AliasProblem(
                ImageReason.AliasTagsCurrent.TagImmutable,
                $"{alias} stands for another image, and the registry doesn't let it move: {e.Message}",
                "Exempt it from the repository's immutable tags, or set the field to [] and use the digest."
            ),
            _ => new AliasProblem(
                ImageReason.AliasTagsCurrent.TagRefused,
                $"the registry doesn't take {alias}: {e.Message}",
                "Take another tag, or leave it out."
            ),
        };

    /// <summary>Says that the registry doesn't answer.</summary>
    public static AliasProblem Away(ImageTag alias, string why) =>
        new(
            ImageReason.AliasTagsCurrent.RegistryUnavailable,
            $"{alias} can't be moved now: {why}",
            "It moves when the registry answers."
        );
}
