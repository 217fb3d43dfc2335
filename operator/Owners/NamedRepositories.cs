using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Engines;
using GemmaOperator.Api.Words;
using GemmaOperator.Registry.Access;

namespace GemmaOperator.Owners;

/// <summary>Names the repositories that the builds of one GemmaBaseImage write to.</summary>
internal static class NamedRepositories
{
    /// <summary>Returns the repository of the application image.</summary>
    public static string OfService(GemmaBaseImageSpec spec) =>
        spec.Rollout.Server.Repository is { Length: > 0 } repository ? repository : spec.Output.Repository + "-service";

    /// <summary>Returns all of them, with what they are for; of an invalid spec, only those that can be read.</summary>
    public static IReadOnlyList<WrittenRepository> Of(GemmaBaseImage image) =>
        image.Spec?.Output?.Repository is { Length: > 0 } output
            ? TemplateRepositories.Of(
                output,
                image.Spec.Rollout is { Mode.Value: RolloutMode.Managed, Server.Engine.Value: ServerEngine.Builtin }
                    ? OfService(image.Spec)
                    : null,
                image.Spec.Build?.Cache
            )
            : [];

    /// <summary>Returns the names by which objects that name or have the same repositories are found.</summary>
    public static IEnumerable<string> Keys(GemmaBaseImage image) =>
        Of(image)
            .Select(r => r.Repository.Identity)
            .Concat(image.Status?.Repositories?.Select(r => r.Repository) ?? [])
            .Distinct(StringComparer.Ordinal);
}
