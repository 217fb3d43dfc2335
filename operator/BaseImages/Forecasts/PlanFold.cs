using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Plans;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Cluster;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Text;
using GemmaOperator.Text;

namespace GemmaOperator.BaseImages.Forecasts;

/// <summary>
/// Folds a forecast into what the status says of it: bounded, without credentials, and without objects of other
/// namespaces.
/// </summary>
internal static class PlanFold
{
    private const int MostText = 1024;
    private const int MostName = 253;

    /// <summary>Says what a spec leads to.</summary>
    /// <param name="request">What is answered.</param>
    /// <param name="image">The object that asks.</param>
    /// <param name="forecast">What its spec leads to.</param>
    public static PlanStatus Of(PlanRequest request, GemmaBaseImage image, Forecast forecast)
    {
        var s = forecast.Seen;
        var plan = Answer(request, image, s.Now) with
        {
            SharesBase = Names(
                forecast
                    .Neighbours.Where(n => n.HasSameBase && n.Key.Namespace == image.Metadata.NamespaceProperty)
                    .Select(n => n.Key)
                    .Where(key => key != ObjectKey.Of(image))
                    .Select(key => key.Name)
            ),
        };
        return forecast.Refusal is { } refusal
            ? plan with
            {
                Result = PlanResult.Refused,
                Reason = refusal.Reason,
                Message = Text(refusal.Message),
                Rollout = refusal.LeavesServing ? RolloutOf(forecast, isProposal: request.InPlaceOf is not null) : null,
            }
            : plan with
            {
                Result = forecast.Build is null ? PlanResult.NoBuild : PlanResult.BuildNeeded,
                Message = Text(DecisionText.Of(forecast.Freshness.Decision)),
                Rule = forecast.Freshness.Rule,
                NextScheduleTime = s.Spec.Suspend ? null : s.Schedule?.NextTick,
                SoonerBy = Texts(SoonerCauses.Of(s.Spec, s.Status)),
                LeftOut = Names(forecast.LeftOut.Select(c => c.Field)),
                Build = forecast.Build is { } build ? BuildOf(build, isProposal: request.InPlaceOf is not null) : null,
                Rollout = RolloutOf(forecast, isProposal: request.InPlaceOf is not null),
            };
    }

    /// <summary>Says why there is no forecast.</summary>
    /// <param name="request">What is answered.</param>
    /// <param name="image">The object that asks.</param>
    /// <param name="result">Whether who asks has to mend it.</param>
    /// <param name="message">What is wrong, by its field.</param>
    /// <param name="now">The time (UTC).</param>
    public static PlanStatus Without(
        PlanRequest request,
        GemmaBaseImage image,
        PlanResult result,
        string message,
        DateTime now
    ) => Answer(request, image, now) with { Result = result, Message = Text(message) };

    private static PlanStatus Answer(PlanRequest request, GemmaBaseImage image, DateTime now) =>
        new()
        {
            ObservedRequest = request.Text,
            ObservedGeneration = image.Metadata.Generation,
            Time = Conditions.WholeSeconds(now),
            InPlaceOf = request.InPlaceOf,
        };

    private static PlannedBuild BuildOf(BuildForecast build, bool isProposal)
    {
        var (spec, layers, effort) = (build.Next.Spec!, build.Layers, build.Effort);
        return new PlannedBuild
        {
            Name = build.Next.Metadata.Name,
            Reasons = [.. spec.Reasons.Select(r => r.Text)],
            Changes = Names(spec.Changes.Select(c => c.Field)),
            IsDueAnyway = isProposal ? build.IsDueAnyway : null,
            DockerfileHash = build.DockerfileHash,
            BaseDigest = build.KnowsBase ? spec.Resolved.BaseDigest : null,
            Layers = layers.Steps.Count,
            CachedLayers = layers.Steps.Count(l => l.IsCached),
            CachedBy = layers.LikeBuild,
            AnewBecause = layers.Why is { } why ? Text(why) : null,
            Minutes = effort.Usual.ToString(),
            MinuteRange = effort.Range.ToString(),
            Cost = effort.Cost.ToString(),
            Effort = Text(EffortText.Of(effort)),
        };
    }

    private static PlannedRollout RolloutOf(Forecast forecast, bool isProposal)
    {
        var rollout = forecast.Rollout;
        return new PlannedRollout
        {
            Effect = rollout.Effect.ToString(),
            Message = Text(RolloutText.Of(forecast)),
            Rule = rollout.Ruling.Rule,
            AfterBuild = RolloutText.OfNewImage(forecast) is { } later ? Text(later) : null,
            Settings = isProposal ? Names(rollout.Settings.Select(c => c.Path)) : null,
            Nodes = rollout.Nodes,
            BytesPerNode = rollout.Pulled?.Bytes,
            BytesAreMost = rollout.Pulled?.IsMost,
        };
    }

    private static string Text(string text) => Truncation.Shorten(VisibleText.Line(MaskedLog.Clean(text)), MostText);

    private static IReadOnlyList<string>? Names(IEnumerable<string> names) =>
        names.Take(PlanStatus.MostItems).Select(n => Truncation.Shorten(VisibleText.Line(n), MostName)).ToList()
            is { Count: > 0 } some
            ? some
            : null;

    private static IReadOnlyList<string> Texts(IEnumerable<string> texts) =>
        [.. texts.Take(PlanStatus.MostItems).Select(Text)];
}
