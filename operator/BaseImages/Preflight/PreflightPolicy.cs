using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Steps.Assemble;
using GemmaOperator.Owners;
using GemmaOperator.Rules;

namespace GemmaOperator.BaseImages.Preflight;

/// <summary>Decides whether what is due may begin, by what was looked up of all that it needs.</summary>
internal static class PreflightPolicy
{
    /// <summary>What isn't watched is looked for again after this time.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);

    /// <summary>The same once it has stood for as long as one waits for what comes by itself.</summary>
    private static readonly TimeSpan LookAtStanding = TimeSpan.FromMinutes(1);

    /// <summary>What a build has failed of already isn't looked at as often.</summary>
    private static readonly TimeSpan LookAtUnchanged = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Returns when what keeps a build is looked at again. A fleet that waits for one registry comes back to it one
    /// after the other.
    /// </summary>
    public static TimeSpan LookAgainAfter(ImageSnapshot s, Hindrance hindrance)
    {
        var pace = s.Now - StandsSince(s) >= Hindrance.Missing.Patience ? LookAtStanding : LookAgain;
        return hindrance switch
        {
            Hindrance.Outage => pace * (1 + SlowRetry.Fraction(s.Image.Metadata.Uid ?? "", 0)),
            Hindrance.Unchanged or Hindrance.Refusal { Reason: ImageReason.Stalled.EgressRefused } => LookAtUnchanged,
            _ => pace,
        };
    }

    private const string ServerField = "spec.rollout.server.image";
    private const string ClaimField = "spec.rollout.server.model.existingClaim";

    private static readonly IReadOnlyList<Rule<ImageSnapshot, Hindrance>> ForPods =
    [
        new("what the spec names is there", Missing),
        new("pods can share the claim as the rollout asks", ClaimUse),
    ];

    private static readonly IReadOnlyList<Rule<ImageSnapshot, Hindrance>> ForBuilds =
    [
        .. ForPods,
        new("the base is there for every platform", Base),
        new("the server image can be read and fits", Server),
        new("the server image and the weights go together", ServerModelPolicy.Judge),
        new("the server image isn't the one that the last build failed of", Unchanged),
        new("the repositories can be written", Repositories),
    ];

    /// <summary>Returns what keeps a build from beginning; null when nothing does, or nothing was looked up.</summary>
    public static Hindrance? ForBuild(ImageSnapshot s) =>
        s.Preflight is { IsForBuild: true } ? ForBuilds.First(s)?.Decision : null;

    /// <summary>Returns what keeps pods from being replaced; null when nothing does or was looked up.</summary>
    public static Hindrance? ForRollout(ImageSnapshot s) =>
        s.Preflight is { IsForRollout: true } ? ForPods.First(s)?.Decision : null;

    /// <summary>
    /// Returns what may go wrong with a claim that one node alone mounts; null when nothing may. It works where all
    /// pods come to one node, as they do with volumes that are local to it.
    /// </summary>
    public static string? ClaimWarning(ImageSnapshot s) =>
        s.Preflight?.ClaimAccessModes is { } modes
        && IsOnly(modes, "ReadWriteOnce", "ReadWriteOncePod")
        && Shares(s.Spec.Rollout) is { } sharing
            ? $"{ClaimField}: {s.Spec.Rollout.Server.Model.ExistingClaim} has access mode ReadWriteOnce, and {sharing}"
                + ": a pod on a second node can't mount it; take a claim with ReadOnlyMany or ReadWriteMany, or one "
                + "replica"
            : null;

    /// <summary>Returns since when the object is stalled or waits; null when it does neither.</summary>
    private static DateTime? StandsSince(ImageSnapshot s) =>
        s
            .Status.Conditions.FirstOrDefault(c =>
                c is { Type: ConditionType.Stalled or ConditionType.Reconciling, Status: "True" }
            )
            ?.LastTransitionTime;

    private static Hindrance.Missing? Missing(ImageSnapshot s)
    {
        if (s.Preflight!.Missing is not [{ } first, ..])
        {
            return null;
        }

        var name = NamedObjects.IsNamespaced(first.Kind)
            ? $"{s.Image.Metadata.NamespaceProperty}/{first.Name}"
            : first.Name;
        return new Hindrance.Missing(
            first,
            $"{first.Field}: {first.Kind} {name} doesn't exist; create it, or name another"
        );
    }

    private static Hindrance.Refusal? ClaimUse(ImageSnapshot s) =>
        s.Preflight!.ClaimAccessModes is { } modes
        && IsOnly(modes, "ReadWriteOncePod")
        && Shares(s.Spec.Rollout) is { } sharing
            ? new Hindrance.Refusal(
                ImageReason.Stalled.InvalidSpec,
                $"{ClaimField}: {s.Spec.Rollout.Server.Model.ExistingClaim} has access mode ReadWriteOncePod, which "
                    + $"one pod alone can mount, and {sharing}; take a claim with ReadOnlyMany or ReadWriteMany, or "
                    + "one replica"
            )
            : null;

    private static bool IsOnly(IReadOnlyList<string> modes, params string[] some) =>
        modes.Count > 0 && modes.All(m => some.Contains(m, StringComparer.Ordinal));

    /// <summary>
    /// Says why two pods mount the claim at once; null when they don't. Surge acts as InPlace with such a claim.
    /// </summary>
    private static string? Shares(RolloutSpec rollout) =>
        rollout.Server.Replicas > 1 ? $"spec.rollout.server.replicas is {rollout.Server.Replicas}" : null;

    private static Hindrance? Base(ImageSnapshot s) =>
        s.Preflight!.Base switch
        {
            BasePlatformAnswer.Unavailable away => new Hindrance.Outage(
                $"spec.base: the base image can't be read now: {away.Message}"
            ),
            BasePlatformAnswer.Lacking lacking => new Hindrance.Refusal(
                ImageReason.Stalled.InvalidSpec,
                $"spec.base: {lacking.Message}; take a base that has an image for each of spec.platforms, or list in "
                    + "spec.platforms only what it has"
            ),
            _ => null,
        };

    private static Hindrance? Server(ImageSnapshot s)
    {
        var named =
            s.Spec.Rollout.Server.Image.Length > 0
                ? $"{ServerField}: "
                : $"{ServerField}: it is empty, and the operator's default (--server-image) is used: ";
        return s.Preflight!.Server switch
        {
            ServerImageAnswer.Unavailable away => new Hindrance.Outage(
                $"{named}the server image can't be read now: {away.Message}"
            ),
            ServerImageAnswer.NotAsked refused => new Hindrance.Refusal(
                ImageReason.Stalled.EgressRefused,
                $"{named}the operator doesn't ask for the server image: {refused.Message}"
            ),
            ServerImageAnswer.Missing missing => new Hindrance.Refusal(
                ImageReason.Stalled.ServerImageNotFound,
                $"{named}the server image isn't there: {missing.Message}. A push of it is noticed within a minute."
            ),
            ServerImageAnswer.Unusable bad => new Hindrance.Refusal(
                ImageReason.Stalled.ServerImageUnusable,
                $"{named}the server image can't be used: {bad.Message}"
            ),
            ServerImageAnswer.Found found
                when ServerCompatibility.Problem(
                    found.Facts.Reference.ToString(),
                    found.Facts.Libtorch,
                    s.Spec.Base.Pytorch
                )
                    is { } misfit => new Hindrance.Refusal(
                ImageReason.Stalled.ServerImageUnusable,
                $"{named}{misfit} (spec.base.pytorch); take a server image that is built for it, or another base"
            ),
            _ => null,
        };
    }

    private static Hindrance.Unchanged? Unchanged(ImageSnapshot s) =>
        s is { LatestAttempt: { HasFailed: true, Status.Failure: { ServerImage: { } tried } failure } failed }
        && s.ServerImage?.Digest.ToString() == tried
        && s.IsOfPresentSpec(failed)
        && (s.KnownBase is not { } known || known.Digest.ToString() == failed.Spec!.Resolved.BaseDigest)
        && s is { OpenRequestedAt: null, Schedule: null or { DueTick: null } }
            ? new Hindrance.Unchanged(
                $"Build {failed.BuildName} failed: {failure.Reason}: {failure.Message} It is tried again when "
                    + $"{ServerField} is another image, which is looked for every five minutes."
            )
            : null;

    private static Hindrance? Repositories(ImageSnapshot s) =>
        s.Preflight!.Repositories.Select(r => Repository(s, r.Field, r.Answer)).FirstOrDefault(h => h is not null);

    private static Hindrance? Repository(ImageSnapshot s, string field, RepositoryAnswer answer)
    {
        var named =
            field == "spec.rollout.server.repository" && s.Spec.Rollout.Server.Repository.Length == 0
                ? $"{field}: it is empty, which means {NamedRepositories.OfService(s.Spec)}: "
                : $"{field}: ";
        return answer switch
        {
            RepositoryAnswer.Unavailable away => new Hindrance.Outage(
                $"{named}it can't be written now: {away.Message}"
            ),
            RepositoryAnswer.NotAsked refused => new Hindrance.Refusal(
                ImageReason.Stalled.EgressRefused,
                $"{named}the operator doesn't write there: {refused.Message}"
            ),
            RepositoryAnswer.Missing missing => new Hindrance.Refusal(
                ImageReason.Stalled.RepositoryNotFound,
                $"{named}there is no such repository, and its registry makes none by itself: {missing.Message}. Create "
                    + "it, or name another."
            ),
            RepositoryAnswer.Refused refused => new Hindrance.Refusal(
                ImageReason.Stalled.PushRefused,
                $"{named}it can't be written with these credentials (spec.output.credentials): {refused.Message}"
            ),
            _ => null,
        };
    }
}
