using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;

namespace GemmaOperator.BaseImages.Facts;

/// <summary>Names the repositories that the images of one GemmaBaseImage go to.</summary>
internal static class OutputRepositories
{
    /// <summary>Returns the repository of the application image.</summary>
    public static string OfService(GemmaBaseImageSpec spec) =>
        spec.Rollout.Server.Repository is { Length: > 0 } repository ? repository : spec.Output.Repository + "-service";

    /// <summary>Returns all repositories that the images go to; of an invalid spec, only those that it names.</summary>
    public static IEnumerable<string> Of(GemmaBaseImage image)
    {
        if (image.Spec?.Output?.Repository is not { Length: > 0 } repository)
        {
            yield break;
        }

        yield return repository;
        if (image.Spec.Rollout is { Mode.Value: RolloutMode.Managed, Server: not null })
        {
            yield return OfService(image.Spec);
        }
    }
}
