using System.Globalization;
using GemmaOperator.Api.Contents;
using GemmaOperator.Builds.Contents;
using KubectlGemma.Output;

namespace KubectlGemma.Views;

/// <summary>Lays out which packages an image holds, and the most important that moved.</summary>
internal static class ContentsView
{
    private const int MostChanges = 5;

    /// <param name="contents">What is known of them.</param>
    /// <param name="indent">Begins each line.</param>
    /// <param name="most">Bounds the changes that are shown.</param>
    public static IEnumerable<Line> Lines(ContentsStatus contents, string indent, int most = MostChanges)
    {
        yield return Line.Of(
            indent,
            string.Create(CultureInfo.InvariantCulture, $"{contents.Packages} packages"),
            contents.Summary is { } summary ? $", {summary} against {contents.ComparedWith}" : "",
            contents.SameAs is { } same ? $", those of {same}" : ""
        );
        if (FixedText.Counts(contents.Fixed) is { } gone)
        {
            yield return Line.Of(indent, $"  fixed: {gone}");
        }

        foreach (var change in contents.Changes.Take(most))
        {
            yield return Change(change, indent + "  ");
        }
    }

    public static Line Change(PackageChange change, string indent) =>
        Line.Of(
            indent,
            change switch
            {
                { Old.Length: 0 } => $"+ {change.Name} {change.New}",
                { New.Length: 0 } => $"- {change.Name} {change.Old}",
                _ => $"~ {change.Name} {change.Old} → {change.New}",
            }
        );
}
