using System.Text;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.Registry.References;

namespace GemmaOperator.BaseImages.Forecasts;

/// <summary>Foretells a build: what it would be made from, what is cached of it, how long it takes.</summary>
/// <param name="Next">The GemmaBuild as the operator would make it.</param>
/// <param name="Before">The newest good build, else the newest attempt: its texts are compared; null for none.</param>
/// <param name="IsDueAnyway">Whether a build is due without what is applied.</param>
/// <param name="KnowsBase">Whether it is known what its base stands for; otherwise the digest is zeros.</param>
/// <param name="Layers">What is cached.</param>
/// <param name="Effort">How long it takes.</param>
internal sealed record BuildForecast(
    GemmaBuild Next,
    GemmaBuild? Before,
    bool IsDueAnyway,
    bool KnowsBase,
    LayerForecast Layers,
    EffortForecast Effort
)
{
    /// <summary>Gets the SHA-256 of its Dockerfile, as a digest.</summary>
    public string DockerfileHash => ImageDigest.Of(Encoding.UTF8.GetBytes(Next.Spec!.Resolved.Dockerfile)).ToString();

    private static readonly ImageDigest Unknown = ImageDigest.Parse("sha256:" + new string('0', 64));

    /// <summary>Returns null when none would be due.</summary>
    /// <param name="live">The object as it is; null when there is none.</param>
    /// <param name="s">The object as it would be.</param>
    /// <param name="others">Objects that may know what a base stands for.</param>
    public static BuildForecast? Of(ImageSnapshot? live, ImageSnapshot s, IEnumerable<GemmaBaseImage> others)
    {
        if (s.Inputs is not BuildRequest.Known known || DueBuild.Find(s, known) is not { } due)
        {
            return null;
        }

        var baseNow = BaseOf(s, known, others);
        var next = NextBuildRenderer.Render(s, known, due, baseNow ?? new KnownBase(known.Base, Unknown, s.Now)).Build;
        var layers = LayerForecast.Of(next, baseNow is not null, s.Builds, s.Now);
        return new BuildForecast(
            next,
            s.LatestGoodBuild ?? s.LatestAttempt,
            live?.Inputs is BuildRequest.Known asIs && DueBuild.Find(live, asIs) is not null,
            baseNow is not null,
            layers,
            EffortForecast.Of(next, layers, s.Builds, s.Spec.Cost)
        );
    }

    /// <summary>A digest is known by itself; a tag where this object, or another one, has asked for it.</summary>
    private static KnownBase? BaseOf(ImageSnapshot s, BuildRequest.Known known, IEnumerable<GemmaBaseImage> others) =>
        known.Base.Reference.Digest is { } digest ? new KnownBase(known.Base, digest, s.Now)
        : s.KnownBase is { } recorded && recorded.Base == known.Base ? recorded
        : others
            .Select(o => KnownBase.Read(o.Status?.ResolvedBase))
            .Where(k => k?.Base == known.Base)
            .MaxBy(k => k!.CheckedAt);
}
