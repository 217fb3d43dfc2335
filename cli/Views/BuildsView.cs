using System.Globalization;
using GemmaOperator.Api.Builds;
using GemmaOperator.Builds;
using GemmaOperator.Text;
using KubectlGemma.Output;

namespace KubectlGemma.Views;

/// <summary>Lays out GemmaBuilds, one a line.</summary>
internal static class BuildsView
{
    public static TextTable Table(IEnumerable<GemmaBuild> builds, DateTime now, bool withNamespace, bool isWide)
    {
        var table = new TextTable([
            .. withNamespace ? ["NAMESPACE"] : Array.Empty<string>(),
            "NAME",
            "REASONS",
            "RESULT",
            "STEP",
            "STARTED",
            "TOOK",
            "SIZE",
            .. isWide ? ["KIND", "IMAGE", "DIGEST", "PACKAGES", "CHANGES"] : Array.Empty<string>(),
        ]);
        foreach (var build in builds)
        {
            table.Add([
                .. withNamespace ? [build.Metadata.NamespaceProperty] : Array.Empty<Piece>(),
                new(build.BuildName, Tone.Strong),
                string.Join(",", build.Spec?.Reasons.Select(r => r.Text) ?? []),
                new(ResultOf(build), Tones.OfResult(ResultOf(build))),
                StepOf(build),
                Started(build) is { } at ? Ages.Relative(at, now) : "",
                Took(build, now),
                Size((build.Status?.Promoted ?? build.Status?.Candidate)?.SizeBytes),
                .. isWide
                    ? [KindOf(build), build.Spec?.ImageRef.Name, DigestOf(build), PackagesOf(build), ChangesOf(build)]
                    : Array.Empty<Piece>(),
            ]);
        }

        return table;
    }

    public static string ResultOf(GemmaBuild build) =>
        build.IsFinished ? build.Succeeded?.Reason ?? ""
        : build.Status?.StartTime is null ? "Queued"
        : "Running";

    public static string Took(GemmaBuild build, DateTime now) =>
        build.Status?.StartTime is { } started
            ? Ages.Span((build.IsFinished ? build.Status.CompletionTime ?? now : now) - started)
            : "";

    public static string Size(long? bytes) => bytes is { } size ? Sizes.Of(size) : "";

    private static DateTime? Started(GemmaBuild build) => build.Status?.StartTime ?? build.Metadata.CreationTimestamp;

    private static string StepOf(GemmaBuild build) =>
        build.ShownSteps.LastOrDefault(s => s.Result is "Running" or "Failed")?.Name ?? "";

    private static string KindOf(GemmaBuild build) =>
        build.Spec?.Patch is { } patch
            ? string.Create(CultureInfo.InvariantCulture, $"{BuildKind.Of(build)} {patch.Layers}")
            : BuildKind.Of(build);

    private static string? DigestOf(GemmaBuild build) => (build.Status?.Promoted ?? build.Status?.Candidate)?.Digest;

    private static string PackagesOf(GemmaBuild build) => build.Status?.Contents?.Summary ?? "";

    private static string ChangesOf(GemmaBuild build) =>
        string.Join(",", build.Spec?.Changes.Select(c => c.Field) ?? []);
}
