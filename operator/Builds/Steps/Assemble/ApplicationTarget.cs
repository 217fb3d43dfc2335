using GemmaOperator.Api.Builds;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Builds.Steps.Assemble;

/// <summary>Holds what an application image is made of besides its base, and where it goes.</summary>
internal sealed record ApplicationTarget(ImageReference ServerImage, ImageRepository Repository, int Port)
{
    /// <summary>Returns null where the base itself is served.</summary>
    /// <exception cref="FormatException">The template holds what validation would have refused.</exception>
    public static ApplicationTarget? Of(ApplicationTemplate template) =>
        template.ServerImage.Length == 0
            ? null
            : new ApplicationTarget(
                ImageReference.Parse(template.ServerImage),
                ImageRepository.Parse(template.Repository),
                template.Port
            );
}
