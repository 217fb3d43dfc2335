using GemmaOperator.Api.Vulnerabilities;
using GemmaOperator.Builds;

namespace GemmaOperator.BaseImages.Facts;

/// <summary>Reads the times of scans that a clock wrote which may have been ahead: none is after now.</summary>
internal static class RecordedScans
{
    /// <summary>Returns all times, those of pauses taken back by the longest.</summary>
    public static IEnumerable<DateTime?> TimesOf(VulnerabilitiesStatus? status) =>
        (status?.Images ?? []).SelectMany(i =>
            new[] { i.ScanTime, i.DatabaseTime, i.Failure?.RetryAt - RecordedTimes.LongestPause }.Concat(
                i.Findings.SelectMany(f => new[] { f.FirstSeen, f.AttemptTime })
            )
        );

    /// <summary>Returns the same with no time after now.</summary>
    public static VulnerabilitiesStatus? NotAfter(VulnerabilitiesStatus? status, DateTime now)
    {
        return status is null ? null : status with { Images = [.. status.Images.Select(Image)] };

        ScannedImage Image(ScannedImage image) =>
            image with
            {
                ScanTime = RecordedTimes.NotAfter(image.ScanTime, now, now),
                DatabaseTime = RecordedTimes.NotAfter(image.DatabaseTime, now, now),
                Failure = image.Failure is { } failure
                    ? failure with
                    {
                        RetryAt = RecordedTimes.NotAfter(failure.RetryAt, now + RecordedTimes.LongestPause, now),
                    }
                    : null,
                Findings =
                [
                    .. image.Findings.Select(f =>
                        f with
                        {
                            FirstSeen = RecordedTimes.NotAfter(f.FirstSeen, now, now),
                            AttemptTime = RecordedTimes.NotAfter(f.AttemptTime, now, now),
                        }
                    ),
                ],
            };
    }
}
