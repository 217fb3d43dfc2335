using System.Globalization;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Builds.Steps.Contents;

/// <summary>Says what is known of a candidate's packages, for the status.</summary>
/// <param name="Status">The contents; null where they aren't known.</param>
/// <param name="Reason">One of <see cref="ImageReason.ContentsKnown"/>.</param>
/// <param name="Message">The same for people.</param>
internal sealed record KeptContents(ContentsStatus? Status, string Reason, string Message)
{
    /// <summary>Returns what is said of contents that are known.</summary>
    public static KeptContents Of(ContentsStatus status) =>
        new(status, ImageReason.ContentsKnown.Listed, Render(status));

    /// <summary>Renders contents in a line for conditions and events.</summary>
    public static string Render(ContentsStatus status)
    {
        string?[] parts =
        [
            string.Create(CultureInfo.InvariantCulture, $"{status.Packages} packages"),
            status.OsRelease.Length > 0 ? status.OsRelease : null,
            status is { SameAs: { } same } ? $"those of build {same}" : null,
            status is { SameAs: null, Summary: { } summary, ComparedWith: { } with }
                ? $"{summary} against build {with}"
                : null,
            .. status.Changes.Take(3).Select(Render),
            status.Changes.Count > 3 ? "…" : null,
            Uncompared(status),
            status.Unreadable > 0
                ? string.Create(CultureInfo.InvariantCulture, $"{status.Unreadable} entries can't be read")
                : null,
            status.Layers is { Unlisted: > 0 } layers
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"{layers.Unlisted} in its layers that it doesn't name: {string.Join(", ", layers.Names.Take(3))}"
                ) + (layers.Unlisted > 3 ? ", …" : "")
                : null,
            status.Unsupported.Count > 0
                ? $"Unsupported: those of {string.Join(", ", status.Unsupported)} can't be listed here"
                : null,
            status.Sbom is { State.Value: SbomState.Refused, Message: { } why }
                ? $"the document isn't stored: {why}"
                : null,
        ];
        return string.Join(", ", parts.Where(p => p is not null));
    }

    private static string? Uncompared(ContentsStatus status) =>
        status.Comparison.Value switch
        {
            ContentsComparison.UnknownBefore =>
                $"not compared: what build {status.ComparedWith} published wasn't listed",
            ContentsComparison.DocumentGone =>
                $"not compared: the registry has the document of build {status.ComparedWith} no more",
            ContentsComparison.DocumentReplaced =>
                $"not compared: what the registry has for build {status.ComparedWith} isn't the document that "
                    + "was stored",
            ContentsComparison.DocumentUnreadable =>
                $"not compared: the document of build {status.ComparedWith} can't be read",
            _ => null,
        };

    private static string Render(PackageChange change) =>
        change switch
        {
            { Old.Length: 0 } => $"{change.Name} {change.New} came",
            { New.Length: 0 } => $"{change.Name} {change.Old} went",
            _ => $"{change.Name} {change.Old} → {change.New}",
        };
}
