using System.Globalization;
using GemmaOperator.Api;

namespace GemmaOperator.Plan;

/// <summary>What alerts and dashboards ask of a GemmaBaseImage, read from its status: a restart changes none of it.</summary>
internal static class ImageSamples
{
    public const string Condition = "condition";
    public const string Built = "built_timestamp_seconds";
    public const string NextSchedule = "next_schedule_timestamp_seconds";
    public const string BuildMinutes = "build_minutes";
    public const string Saved = "saved_per_week";
    public const string Vulnerabilities = "vulnerabilities";

    /// <param name="image">The object.</param>
    /// <param name="builds">Its builds, in any order.</param>
    public static IReadOnlyList<ImageSample> Of(GemmaBaseImage image, IReadOnlyList<GemmaBuild> builds) =>
        image.Status is not { } status
            ? []
            :
            [
                .. status.Conditions.Select(c => new ImageSample(Condition, [c.Type, c.Status, c.Reason], 1)),
                .. At(Built, builds.FirstOrDefault(b => b.BuildName == status.LatestImage?.Build)?.Status?.CompletionTime),
                .. At(NextSchedule, status.NextScheduleTime),
                .. CostOf(status.Cost),
                .. ScanOf(builds),
            ];

    private static IEnumerable<ImageSample> At(string metric, DateTime? time)
    {
        if (time is { } at)
        {
            yield return new ImageSample(metric, [], new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc)).ToUnixTimeSeconds());
        }
    }

    private static IEnumerable<ImageSample> CostOf(CostStatus? cost)
    {
        if (double.TryParse(cost?.BuildMinutesTotal, NumberStyles.Float, CultureInfo.InvariantCulture, out var minutes))
        {
            yield return new ImageSample(BuildMinutes, [], minutes);
        }

        // As the status writes it: "0.92–1.20 USD", or one number.
        if (cost?.SavedPerWeek.Split(' ') is [var range, var currency])
        {
            var bounds = range.Split('–');
            foreach (var (bound, text) in new[] { ("low", bounds[0]), ("high", bounds[^1]) })
            {
                if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var money))
                {
                    yield return new ImageSample(Saved, [currency, bound], money);
                }
            }
        }
    }

    /// <summary>Of the newest build whose image was scanned.</summary>
    private static IEnumerable<ImageSample> ScanOf(IEnumerable<GemmaBuild> builds)
    {
        var scan = builds
            .Where(b => b.Status?.Verification?.Scan is { Error: null })
            .MaxBy(b => b.Number)?.Status!.Verification!.Scan;
        return scan is null
            ? []
            : new[] { ("critical", scan.Critical), ("high", scan.High), ("medium", scan.Medium), ("low", scan.Low), ("unknown", scan.Unknown) }
                .Select(s => new ImageSample(Vulnerabilities, [s.Item1], s.Item2));
    }
}
