using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Steps.Contents;

/// <summary>
/// Ends a build well whose candidate is what is published already: no tag moves, nothing is assembled and nobody
/// restarts. What it stands for from now on is what is published; its own image is given up.
/// </summary>
/// <param name="Published">What it equals.</param>
internal sealed record EndUnchanged(PublishedBuild Published) : PassiveStep
{
    public override string Stage => ImageReason.BuildSucceeded.NothingChanged;

    public override SlotUse Slot => SlotUse.None;

    public static BuildStep? Decide(BuildSnapshot s) =>
        UnchangedPolicy.Find(s) is { } published ? new EndUnchanged(published) : null;

    /// <summary>
    /// Returns a platform whose image gives way to the published one for the same platform, and its list does, unless
    /// it is known by one beside the published image already.
    /// </summary>
    public static PlatformStatus GivenUp(PlatformStatus own, GemmaBuildStatus published)
    {
        var then = PlatformPart.Find(published, own.Platform);
        return own with
        {
            Candidate = then.Candidate,
            Application = then.Application,
            Contents = own.Contents is { } contents
                ? contents with
                {
                    Sbom = contents.Sbom is { State.Value: SbomState.Unneeded, Digest: not null } beside
                        ? beside
                        : then.Contents?.Sbom,
                }
                : null,
            Discarded = own.Candidate?.Digest == then.Candidate?.Digest ? null : own.Candidate,
        };
    }

    protected override GemmaBuildStatus Fold(BuildSnapshot s, GemmaBuildStatus status, Nothing result)
    {
        var before = Published.Status;
        var ended = (
            status with
            {
                Candidate = before.Candidate,
                Promoted = before.Promoted,
                Application = before.Application,
                Platforms = status.Platforms is null ? null : [.. status.Platforms.Select(own => GivenUp(own, before))],
                Discarded = status.Candidate?.Digest == before.Promoted?.Digest ? null : status.Candidate,
            }
        ).Succeeding(s, s.Now, Message(s), ImageReason.BuildSucceeded.NothingChanged);
        return before.Conditions.FirstOrDefault(c => c.Type == ConditionType.AliasTagsCurrent) is { } aliases
            ? ended with
            {
                Conditions = [.. ended.Conditions, aliases],
            }
            : ended;
    }

    protected override EventText? Tell(BuildSnapshot s, Nothing result) =>
        new(false, ImageReason.BuildSucceeded.NothingChanged, "Verify", Message(s));

    protected override LookAgain NextLook(BuildSnapshot s, Nothing result) => new LookAgain.OnChange();

    private string Message(BuildSnapshot s) =>
        $"Nothing changed: the candidate has the {s.Status.Contents?.Packages ?? 0} packages, the base and the "
        + $"inputs of {Published.Status.Promoted!.Reference}, which stays; no tag moves and nothing restarts";
}
