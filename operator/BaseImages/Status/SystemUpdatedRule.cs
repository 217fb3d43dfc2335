using System.Globalization;
using GemmaOperator.Api.Updates;
using GemmaOperator.Api.Words;

namespace GemmaOperator.BaseImages.Status;

/// <summary>Decides what people are told of the updates of the newest image's operating system.</summary>
internal static class SystemUpdatedRule
{
    private const string Apt = "apt-get";

    /// <summary>Returns null where none were to be brought, or nobody looked.</summary>
    public static Finding? Judge(ConditionFacts f) =>
        f.Seen.LatestGoodBuild is { Status.Verification.SystemUpdates: { } updates } build
            ? Judge(updates, build.Metadata.Name)
            : null;

    /// <summary>Says what became of the updates of one build.</summary>
    public static Finding? Judge(SystemUpdatesStatus updates, string build) =>
        WireEnum<SystemUpdatesResult>.Read(updates.Result).Value switch
        {
            SystemUpdatesResult.Updated => Finding.True(
                ImageReason.SystemUpdated.Updated,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Build {build} changed {updates.Changed} packages of the operating system ({updates.Policy}); "
                        + $"{updates.Held} of CUDA, PyTorch and pinned ones are as they were"
                )
            ),
            SystemUpdatesResult.Unsupported => Finding.False(
                ImageReason.SystemUpdated.Unsupported,
                $"Build {build} updated nothing: {Lacks(updates)}. Set spec.systemUpdates.policy to None to say that "
                    + "this is known."
            ),
            SystemUpdatesResult.Unavailable => Finding.False(
                ImageReason.SystemUpdated.UpdatesUnavailable,
                $"Build {build} went on without updates, which couldn't be fetched: {updates.Message}. Set "
                    + $"spec.systemUpdates.policy to {nameof(SystemUpdatePolicy.All)} to let builds fail then, or to "
                    + $"{nameof(SystemUpdatePolicy.None)} to ask for none."
            ),
            _ => null,
        };

    private static string Lacks(SystemUpdatesStatus updates) =>
        updates.PackageManager switch
        {
            Apt when updates.Policy == nameof(SystemUpdatePolicy.Security) => "the base's apt names no security suite",
            Apt => "the base's apt names no package repository",
            "" => "the base has no package manager that is known",
            var other => $"the base has {other}, and only apt is spoken to",
        };
}
