using GemmaOperator.Api.Builds;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Builds.Steps.Assemble;

/// <summary>Holds what an application image is made of besides its base, and where it goes.</summary>
internal sealed record ApplicationTarget(ImageReference ServerImage, ImageRepository Repository, int Port)
{
    /// <exception cref="FormatException">The template holds what validation would have refused.</exception>
    public static ApplicationTarget Of(ApplicationTemplate template) =>
        new(ImageReference.Parse(template.ServerImage), ImageRepository.Parse(template.Repository), template.Port);
}
