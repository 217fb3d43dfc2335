using GemmaOperator.Api.Bases;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Channels;
using GemmaOperator.Api.Lines;
using GemmaOperator.Api.Validation;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.Builds.Inputs.Locks;
using GemmaOperator.Builds.Inputs.Pip;
using GemmaOperator.Builds.Steps.Assemble;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Gpus;
using GemmaOperator.Text;

namespace GemmaOperator.BaseImages.Channels;

/// <summary>
/// Decides when the tags of a base's line are read, and which of them is taken. Another version is only taken from a
/// good image of the present one, which is what is gone back to: so a new object builds what it declares first.
/// </summary>
internal static class ChannelPolicy
{
    /// <summary>Tags that couldn't be read are read again after this, or the interval if that is shorter.</summary>
    private static readonly TimeSpan AfterProblem = TimeSpan.FromMinutes(30);

    /// <summary>The schema takes a little more.</summary>
    private const int MostWords = 1000;

    public static ChannelDecision Decide(ImageSnapshot s)
    {
        if (
            s.Channel is not { State: var state }
            || s.Image.Metadata.DeletionTimestamp is not null
            || s.Spec.Suspend
            || s.Inputs is not BuildRequest.Known
            || s.RunningBuild is not null
            || s.LatestGoodBuild is not { } good
            || !(IsPending(s, state, good) || IsGood(s, good))
            // What is built now is finished first.
            || ImagePlanner.Decide(s) is ImageDecision.StartBuild
        )
        {
            return new ChannelDecision.Leave(null);
        }

        var interval = s.Spec.Triggers.BaseDigest.Interval.Span;
        var pause = state.Problem is null || interval < AfterProblem ? interval : AfterProblem;
        var next = state.CheckedAt is { } asked && asked <= s.Now ? asked + pause : s.Now;
        return next <= s.Now ? new ChannelDecision.Ask(s.Now - pause) : new ChannelDecision.Leave(next);
    }

    /// <summary>
    /// Tells whether what was taken has no image yet, and the one before has. It may never get one, since publishers
    /// withdraw versions, and is no reason to pass over what comes after it.
    /// </summary>
    private static bool IsPending(ImageSnapshot s, ChannelStatus state, GemmaBuild good) =>
        state is { Taken: not null, ProvedAt: null } && s.IsOfPresentSpec(good) && !s.IsOfPresentBase(good);

    private static bool IsGood(ImageSnapshot s, GemmaBuild good) =>
        s.IsOfPresentBase(good) && !(s.LatestAttempt is { HasFailed: true } failed && s.IsOfPresentBase(failed));

    /// <summary>
    /// Returns the versions to take, the best first, and the newest that may not be, with the reason.
    /// </summary>
    /// <param name="channel">What is known of the line.</param>
    /// <param name="versions">Those that the registry has of it, in any order.</param>
    /// <param name="server">The server image, for the message.</param>
    /// <param name="libtorch">The libtorch that the server runs on, as its label says; empty where none does.</param>
    /// <param name="requirements">What is installed on it: a lock may be for one version of torch alone.</param>
    /// <param name="nodes">Those with GPUs that the pods may run on, as far as they are known.</param>
    public static (IReadOnlyList<BaseVersion> Open, string? Skipped) Choose(
        ChannelFacts channel,
        IEnumerable<BaseVersion> versions,
        string server,
        string libtorch,
        RequirementsFile requirements,
        IReadOnlyList<GpuNode> nodes
    )
    {
        var (open, skipped) = (new List<BaseVersion>(), (string?)null);
        foreach (var version in versions.Where(channel.IsOpen).Distinct().OrderDescending())
        {
            if (WhyNot(channel, version, server, libtorch, requirements, nodes) is not { } why)
            {
                open.Add(version);
            }
            else if (open.Count == 0)
            {
                skipped ??= $"{version} isn't taken: {why}";
            }
        }

        return (open, skipped);
    }

    /// <summary>Folds what the status remembers from what was there and what a registry answered.</summary>
    /// <param name="channel">As settled; null where the channel is Pinned.</param>
    /// <param name="answer">What was read; null when nobody asked.</param>
    /// <param name="now">The time (UTC).</param>
    public static ChannelStatus? Fold(ChannelFacts? channel, ChannelAnswer? answer, DateTime now)
    {
        var at = Conditions.WholeSeconds(now);
        return (channel?.State, answer) switch
        {
            ({ } state, ChannelAnswer.Unread unread) => state with { CheckedAt = at, Problem = Short(unread.Message) },
            ({ } state, ChannelAnswer.Read read) => Take(
                channel!,
                state with
                {
                    CheckedAt = at,
                    Problem = null,
                    Newest = read.Newest?.ToString() ?? state.Newest,
                    Skipped = read.Skipped is { } why ? Short(why) : null,
                },
                read.Candidate,
                at
            ),
            var (state, _) => state,
        };
    }

    private static string Short(string text) => Truncation.Shorten(text, MostWords);

    private static ChannelStatus Take(ChannelFacts channel, ChannelStatus state, BaseVersion? candidate, DateTime at) =>
        candidate is { } version && channel.IsOpen(version)
            ? state with
            {
                Taken = BaseLine.TextOf(channel.Line.With(version)),
                // What hasn't proved itself is nothing to go back to.
                From = state is { Taken: not null, ProvedAt: null } ? state.From : BaseLine.TextOf(channel.Base),
                Since = at,
                ProvedAt = null,
            }
            : state;

    private static string? WhyNot(
        ChannelFacts channel,
        BaseVersion version,
        string server,
        string libtorch,
        RequirementsFile requirements,
        IReadOnlyList<GpuNode> nodes
    )
    {
        var findings = new Findings();
        BaseRules.Check(channel.Line.With(version), findings);
        return findings.Errors is [{ } wrong, ..] ? $"{wrong.Path}: {wrong.Problem}"
            : !channel.Line.IsPytorch ? null
            : LockTerms.OtherTorch(requirements, version.ToString()) is { } locked
                ? $"the lock of {requirements.Field} lists torch {locked}; lock anew without torch, which the base has"
            : ServerCompatibility.Problem(server, libtorch, version.ToString()) ?? LostGpus(channel, version, nodes);
    }

    /// <summary>
    /// Says which nodes' GPUs a version was no longer compiled for; null when all that ran the present one run it. The
    /// CUDA stays in a line, and so do the drivers that it takes.
    /// </summary>
    private static string? LostGpus(ChannelFacts channel, BaseVersion version, IReadOnlyList<GpuNode> nodes)
    {
        if (!BaseLine.IsPytorchsOwn(channel.Base) || channel.Base.Cuda is not { Length: > 0 } cuda)
        {
            return null;
        }

        var lost = Others(version).Except(Others(channel.Version)).ToList();
        return lost.Count == 0
            ? null
            : $"it was compiled for other GPUs than those of {NodeFit.Words(lost)}; keep the pods off there by "
                + "spec.rollout.server.nodeSelector, or stay";

        IReadOnlyList<GpuNode> Others(BaseVersion of) =>
            NodeFit.Of(nodes, $"{of.Major}.{of.Minor}", cuda, CudaLines.Shipped).OtherGpus;
    }
}
