using System.Globalization;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Validation;
using GemmaOperator.Api.Words;
using GemmaOperator.Text;

namespace GemmaOperator.BaseImages.Facts;

/// <summary>
/// Says which build somebody wants served, whatever is newer: by <c>spec.rollout.pinnedBuild</c>, or by the annotation,
/// which no Git has to know, may have an end, and counts before it.
/// </summary>
/// <param name="Build">Name of the GemmaBuild; null where the annotation can't be read.</param>
/// <param name="Where">Where it stands, for people.</param>
/// <param name="IsAnnotated">Whether it is the annotation's.</param>
/// <param name="Until">When it ends (UTC); null when somebody has to end it.</param>
/// <param name="Problem">What is wrong with the annotation; null for nothing.</param>
internal sealed record Pin(
    string? Build,
    string Where,
    bool IsAnnotated,
    DateTime? Until = null,
    string? Problem = null
)
{
    private const string Annotation = "the annotation " + ApiGroup.PinAnnotation;

    /// <summary>RFC 3339, as kubectl and <c>date -u +%FT%TZ</c> write it; fractions of a second don't count.</summary>
    private static readonly string[] Times =
    [
        "yyyy-MM-dd'T'HH:mm:ssK",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd'T'HH:mmK",
    ];

    /// <summary>Reads what an object says; null when nothing is pinned now.</summary>
    public static Pin? Of(GemmaBaseImage image, DateTime now) =>
        Annotated(image) is { } annotated && !(annotated.Until <= now) ? annotated
        : image.Spec?.Rollout.PinnedBuild is { Length: > 0 } build
            ? new Pin(build, "spec.rollout.pinnedBuild", IsAnnotated: false)
        : null;

    /// <summary>Reads the annotation alone, whether or not its time is over; null without one.</summary>
    public static Pin? Annotated(GemmaBaseImage image) =>
        image.Metadata.Annotations is { } annotations
        && annotations.TryGetValue(ApiGroup.PinAnnotation, out var text)
        && text.Trim() is { Length: > 0 } given
            ? Parse(given)
            : null;

    private static Pin Parse(string given)
    {
        var words = given.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words is [var build] && Syntax.IsBuildName(build) ? new Pin(build, Annotation, IsAnnotated: true)
            : words is [var named, var time] && Syntax.IsBuildName(named) && TryParse(time, out var until)
                ? new Pin(named, Annotation, IsAnnotated: true, until)
            : new Pin(
                null,
                Annotation,
                IsAnnotated: true,
                Problem: $"{Annotation} is {Quoted.Of(given)}; write the name of a GemmaBuild, and behind it, if the "
                    + "pin is to end by itself, a time such as 2026-12-24T18:00:00Z"
            );
    }

    private static bool TryParse(string text, out DateTime until)
    {
        var isTime = DateTimeOffset.TryParseExact(
            text,
            Times,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var at
        );
        until = at.UtcDateTime;
        return isTime;
    }
}
