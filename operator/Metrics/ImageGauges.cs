using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Channels;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Probes;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Cost;

namespace GemmaOperator.Metrics;

/// <summary>
/// Describes one gauge that alerts and dashboards ask of every GemmaBaseImage, read from its status and its builds: a
/// restart changes none of it.
/// </summary>
/// <param name="Name">Full name.</param>
/// <param name="Help">For people.</param>
/// <param name="Labels">Names of the labels that follow namespace and name.</param>
/// <param name="Of">Samples of one object, from it and its builds in any order.</param>
internal sealed record ImageGauges(
    string Name,
    string Help,
    IReadOnlyList<string> Labels,
    Func<GemmaBaseImage, IReadOnlyList<GemmaBuild>, IEnumerable<ImageSample>> Of
)
{
    public static readonly IReadOnlyList<ImageGauges> All =
    [
        new(
            "gemma_operator_image_condition",
            "Conditions of a GemmaBaseImage; always 1.",
            ["type", "status", "reason"],
            ConditionsOf
        ),
        new("gemma_operator_image_built_timestamp_seconds", "When the newest good image was finished.", [], BuiltOf),
        new(
            "gemma_operator_image_next_schedule_timestamp_seconds",
            "When the next scheduled build is due.",
            [],
            (image, _) => At(image.Status?.NextScheduleTime)
        ),
        new(
            "gemma_operator_image_build_minutes",
            "Minutes that all builds took.",
            [],
            (image, _) => MinutesOf(image.Status?.Cost)
        ),
        new(
            "gemma_operator_image_saved_per_week",
            "What the split saves in a week; docs/cost.md has the method.",
            ["currency", "bound"],
            (image, _) => SavedOf(image.Status?.Cost)
        ),
        new(
            "gemma_operator_image_notifications_pending",
            "What isn't told to all receivers yet.",
            [],
            (image, _) => image.Status?.Notifications is { } told ? [new ImageSample([], told.Pending?.Count ?? 0)] : []
        ),
        new(
            "gemma_operator_image_notifications_dropped",
            "Notifications that were given up, counted for each receiver.",
            [],
            (image, _) => image.Status?.Notifications is { } told ? [new ImageSample([], told.Dropped)] : []
        ),
        new(
            "gemma_operator_image_base_info",
            "The base that builds stand on, its channel, and the newest version of its line; always 1.",
            ["base", "channel", "newest"],
            (image, _) => BaseOf(image.Status)
        ),
        new(
            "gemma_operator_image_packages",
            "Packages that the newest good image holds.",
            [],
            (_, builds) => ContentsOf(builds) is { } held ? [new ImageSample([], held.Packages)] : []
        ),
        new(
            "gemma_operator_image_package_changes",
            "Packages that came, moved and went with the newest good image.",
            ["change"],
            (_, builds) => ChangesOf(ContentsOf(builds))
        ),
        new(
            "gemma_operator_image_packages_outdated",
            "Packages that a build would bring, as the published image last answered.",
            [],
            (image, _) => AnswerOf(image) is { } answer ? [new ImageSample([], answer.Count)] : []
        ),
        new(
            "gemma_operator_image_packages_asked_timestamp_seconds",
            "When the published image last answered which packages a build would bring.",
            [],
            (image, _) => At(AnswerOf(image)?.Time)
        ),
        new(
            "gemma_operator_image_vulnerabilities",
            "Findings of the newest scan.",
            ["severity"],
            (_, builds) => ScanOf(builds)
        ),
        new(
            "gemma_operator_image_open_vulnerabilities",
            "Findings in what serves, by its newest scan.",
            ["severity"],
            VulnerabilityGauges.OpenOf
        ),
        new(
            "gemma_operator_image_vulnerability_first_seen_timestamp_seconds",
            "Since when the oldest finding that counts is known of what serves.",
            ["severity"],
            VulnerabilityGauges.FirstSeenOf
        ),
        new(
            "gemma_operator_image_vulnerability_sla_seconds",
            "How long what serves may be exposed to a finding (spec.sla).",
            ["severity"],
            (image, _) => VulnerabilityGauges.SlaOf(image)
        ),
    ];

    private static IEnumerable<ImageSample> ConditionsOf(GemmaBaseImage image, IReadOnlyList<GemmaBuild> builds) =>
        (image.Status?.Conditions ?? []).Select(c => new ImageSample([c.Type, c.Status, c.Reason], 1));

    private static IEnumerable<ImageSample> BaseOf(GemmaBaseImageStatus? status)
    {
        if ((status?.Base?.Stands ?? status?.ResolvedBase?.Reference) is { Length: > 0 } stands)
        {
            var channel = status!.Base?.Channel ?? WireEnum<BaseChannel>.From(BaseChannel.Pinned);
            yield return new ImageSample([stands, channel.Text, status.Base?.Newest ?? ""], 1);
        }
    }

    private static IEnumerable<ImageSample> BuiltOf(GemmaBaseImage image, IReadOnlyList<GemmaBuild> builds) =>
        At(builds.FirstOrDefault(b => b.BuildName == image.Status?.LatestImage?.Build)?.Status?.CompletionTime);

    private static IEnumerable<ImageSample> At(DateTime? time)
    {
        if (time is { } at)
        {
            yield return new ImageSample(
                [],
                new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc)).ToUnixTimeSeconds()
            );
        }
    }

    private static IEnumerable<ImageSample> MinutesOf(CostStatus? cost)
    {
        if (CountedMinutes.Read(cost) is CountedMinutes.Known known)
        {
            yield return new ImageSample([], (double)known.Total.Value);
        }
    }

    private static IEnumerable<ImageSample> SavedOf(CostStatus? cost)
    {
        if (cost?.Saved is not { } saved)
        {
            yield break;
        }

        foreach (var (bound, text) in new[] { ("low", saved.Low), ("high", saved.High) })
        {
            if (DecimalText.Read(text) is { } amount)
            {
                yield return new ImageSample([saved.Currency, bound], (double)amount);
            }
        }
    }

    /// <summary>Of the newest build that made an image.</summary>
    private static ContentsStatus? ContentsOf(IEnumerable<GemmaBuild> builds) =>
        builds.Where(b => b is { HasSucceeded: true, IsUnchanged: false }).MaxBy(b => b.Number)?.Status?.Contents;

    /// <summary>Returns null for no answer, and for one that says nothing.</summary>
    private static PackagesAnswer? AnswerOf(GemmaBaseImage image) =>
        image.Status?.Packages?.Answer
            is { Result.Value: PackagesResult.NothingToUpdate or PackagesResult.UpdatesAvailable } answer
            ? answer
            : null;

    private static IEnumerable<ImageSample> ChangesOf(ContentsStatus? contents) =>
        contents is { Added: { } added, Upgraded: { } upgraded, Removed: { } removed }
            ?
            [
                new ImageSample(["added"], added),
                new ImageSample(["upgraded"], upgraded),
                new ImageSample(["removed"], removed),
            ]
            : [];

    /// <summary>Of the newest build whose image was scanned.</summary>
    private static IEnumerable<ImageSample> ScanOf(IEnumerable<GemmaBuild> builds)
    {
        var scan = builds
            .Where(b => b.Status?.Verification?.Scan is { Error: null })
            .MaxBy(b => b.Number)
            ?.Status!.Verification!.Scan;
        return scan is null
            ? []
            : new[]
            {
                ("critical", scan.Critical),
                ("high", scan.High),
                ("medium", scan.Medium),
                ("low", scan.Low),
                ("unknown", scan.Unknown),
            }.Select(s => new ImageSample([s.Item1], s.Item2));
    }
}
