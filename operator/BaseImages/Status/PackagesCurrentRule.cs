using System.Globalization;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Probes;
using GemmaOperator.Api.Updates;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Probe;

namespace GemmaOperator.BaseImages.Status;

/// <summary>Decides what people are told of packages that a build would bring.</summary>
internal static class PackagesCurrentRule
{
    /// <summary>Says how many packages are named; the status has more.</summary>
    private const int MostNamed = 3;

    private const string Builds = "until it can be asked, each tick of the schedule builds without asking";

    /// <summary>Returns null where nobody is to ask.</summary>
    public static Finding? Judge(ConditionFacts f)
    {
        if (f.Seen.Spec.Triggers.Packages is null)
        {
            return null;
        }

        if (ProbeSubject.UnsupportedBecause(f.Seen) is { } why)
        {
            return Finding.Unknown(ImageReason.PackagesCurrent.Unsupported, $"The image isn't asked: {why}; {Builds}");
        }

        return f.Status.Packages?.Answer is { } answer && Stands(f.Seen, answer)
            ? Of(answer)
            : Finding.Unknown(
                ImageReason.PackagesCurrent.NotAsked,
                "The published image hasn't been asked yet"
                    + (
                        f.Seen.LatestGoodBuild is { IsUnchanged: true } confirming
                            ? $" since build {confirming.BuildName} found nothing changed"
                            : ""
                    )
            );
    }

    /// <summary>
    /// Decides whether an answer still says something of what is published: that is what was asked, whichever build
    /// confirmed it since. That a build would bring packages counts until one was made.
    /// </summary>
    private static bool Stands(ImageSnapshot s, PackagesAnswer answer) =>
        s.LatestGoodBuild is { } good
        && (
            answer.Build == good.BuildName
            || (
                answer.Result.Value != PackagesResult.UpdatesAvailable
                && good is { IsUnchanged: true, Status.Promoted: { Digest: { Length: > 0 } digest } published }
                && (
                    answer.Build == published.Build
                    || s.Builds.Any(b => b.BuildName == answer.Build && b.Status?.Promoted?.Digest == digest)
                )
            )
        );

    private static Finding? Of(PackagesAnswer answer) =>
        answer.Result.Value switch
        {
            PackagesResult.NothingToUpdate => Finding.True(
                ImageReason.PackagesCurrent.NothingToUpdate,
                $"No build is needed: {Nothing(answer)}"
            ),
            PackagesResult.UpdatesAvailable => Finding.False(
                ImageReason.PackagesCurrent.UpdatesAvailable,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"A build would bring {answer.Count} package{(answer.Count == 1 ? "" : "s")}, "
                        + $"asked at {At(answer)}{Named(answer)}"
                )
            ),
            PackagesResult.Failed => Finding.Unknown(
                ImageReason.PackagesCurrent.ProbeFailed,
                $"The image of build {answer.Build} was asked at {At(answer)} and gave no answer ({answer.Reason}): "
                    + $"{answer.Message}; ticks of the schedule ask again first, and build where that fails, too"
            ),
            _ => null,
        };

    /// <summary>Says that a build would bring nothing; between ticks security updates alone may be asked for.</summary>
    public static string Nothing(PackagesAnswer answer) =>
        answer is { Tick: null, Policy.Value: SystemUpdatePolicy.Security }
            ? $"no security update, asked at {At(answer)}"
            : $"nothing to update, asked at {At(answer)}";

    private static string At(PackagesAnswer answer) => $"{answer.Asked:yyyy-MM-dd HH:mm:ss} UTC";

    private static string Named(PackagesAnswer answer) =>
        answer.Changes.Count == 0
            ? ""
            : ": "
                + string.Join(
                    ", ",
                    answer
                        .Changes.Take(MostNamed)
                        .Select(c => c.Old.Length == 0 ? $"{c.Name} {c.New}" : $"{c.Name} {c.Old} to {c.New}")
                )
                + (answer.Count > MostNamed ? " and more" : "");
}
