using System.Text;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Probes;
using GemmaOperator.Builds.Contents;
using GemmaOperator.Registry.References;

namespace GemmaOperator.BaseImages.Probe;

/// <summary>
/// Decides which platform's image is asked next, and joins what they answer: one after the other on nodes of its own.
/// Nothing is to be brought where no platform would get anything; one that gives no answer leaves the whole without.
/// </summary>
internal static class PlatformAnswers
{
    /// <summary>Returns the question to the first platform; the same where the image is for one.</summary>
    public static ProbeQuestion First(ProbeQuestion question) =>
        question.Template.IsForSeveral ? question.On(question.Template.AllPlatforms[0]) : question;

    /// <summary>Returns the question to the next platform; null where there is none, or nothing was answered.</summary>
    /// <param name="question">The question that was answered.</param>
    /// <param name="asking">What is noted of it.</param>
    /// <param name="report">The answer.</param>
    public static ProbeQuestion? Next(ProbeQuestion question, PackagesAsking asking, ProbeReport report) =>
        report is ProbeReport.Answer
        && question.Platform is { } now
        && question
            .Template.AllPlatforms.Where(p => p != now && asking.Told?.Any(told => told.Platform == p) != true)
            .ToList()
            is [var next, ..]
            ? question.On(next)
            : null;

    /// <summary>
    /// Returns what the platforms have told, this one's answer among it; null where there is one, or no answer.
    /// </summary>
    public static IReadOnlyList<PlatformPackages>? Of(PackagesAsking asking, ProbeReport report) =>
        asking.Platform is { } platform && report is ProbeReport.Answer answer
            ?
            [
                .. asking.Told ?? [],
                new PlatformPackages
                {
                    Platform = platform,
                    Count = answer.Count,
                    Fingerprint = answer.Fingerprint,
                    Changes = answer.Changes,
                },
            ]
            : null;

    /// <summary>Returns the answer of all platforms; the same where there is one, or one gave none.</summary>
    public static ProbeReport Joined(PackagesAsking asking, ProbeReport report)
    {
        if (Of(asking, report) is not { } told)
        {
            return report;
        }

        var all = told.OrderBy(t => t.Platform.Value).ToList();
        return all.All(t => t.Count == 0)
            ? new ProbeReport.Answer(0, null, [])
            : new ProbeReport.Answer(
                Math.Min(all.Sum(t => t.Count), ProbeReport.MostPackages),
                FingerprintOf(all),
                [.. all.SelectMany(t => t.Changes).Distinct().OrderBy(ImportanceOf).Take(ContentsStatus.MostChanges)]
            );
    }

    private static int ImportanceOf(PackageChange change) =>
        change.Kind.Value is { } kind ? PackageImportance.Of(kind, change.Name.Split(':')[0]) : int.MaxValue;

    private static string FingerprintOf(IEnumerable<PlatformPackages> told) =>
        ImageDigest
            .Of(Encoding.UTF8.GetBytes(string.Join('\n', told.Select(t => $"{t.Platform.Text} {t.Fingerprint}"))))
            .ToString();
}
