using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.Rules;

namespace GemmaOperator.BaseImages.Forecasts;

/// <summary>Foretells what applying a manifest would lead to, by the operator's own rules and no registry.</summary>
/// <param name="Seen">The object as it would be, with all that decisions look at.</param>
/// <param name="Freshness">What is done about builds, and the rule that decides.</param>
/// <param name="Build">The build that would be due; null when none would.</param>
/// <param name="LeftOut">Inputs that differ from the newest attempt's, and the triggers ask for no build.</param>
/// <param name="Rollout">What becomes of the pods.</param>
/// <param name="Neighbours">Objects that share the base or a repository.</param>
internal sealed record Forecast(
    ImageSnapshot Seen,
    Ruling<ImageDecision> Freshness,
    BuildForecast? Build,
    IReadOnlyList<FieldChange> LeftOut,
    RolloutForecast Rollout,
    IReadOnlyList<Neighbour> Neighbours
)
{
    /// <summary>Gets why the operator would refuse it; null when it wouldn't.</summary>
    public BuildRequest.Refused? Refusal => Seen.Inputs as BuildRequest.Refused;

    /// <param name="live">The object as it is; null when there is none.</param>
    /// <param name="s">The object as it would be.</param>
    /// <param name="others">All objects that may be seen.</param>
    public static Forecast Of(ImageSnapshot? live, ImageSnapshot s, IReadOnlyList<GemmaBaseImage> others)
    {
        var build = BuildForecast.Of(live, s, others);
        var known = s.Inputs as BuildRequest.Known;
        var digest =
            build is { KnowsBase: true } ? build.Next.Spec!.Resolved.BaseDigest
            : s.KnownBase is { } recorded && recorded.Base == known?.Base ? recorded.Digest.ToString()
            : null;
        return new Forecast(
            s,
            ImagePlanner.Rule(s),
            build,
            build is null && known is not null && s.LatestAttempt is { } latest
                ? InputChanges.Between(latest, known)
                : [],
            RolloutForecast.Of(live, s, build),
            Neighbour.Find(s.Image, (known?.Base.Text, digest), others)
        );
    }
}
