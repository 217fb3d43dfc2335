using Cronos;
using CsCheck;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Freshness.Schedule;
using GemmaOperator.BaseImages.Retention;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Status;

namespace Operator.Tests.BaseImages.Freshness;

/// <summary>
/// A year on a clock of its own, beside which the API server's may be wrong, with edits that stop running builds,
/// requests, moved bases, failed and deleted builds, suspensions, outages of the operator and of the registry, and
/// crashes between a build's creation and the status that tells of it. Beside it a book of causes, kept without the
/// operator's code: each cause leads to exactly one build, never two, never none.
/// </summary>
[Parallelizable(ParallelScope.Self)]
internal sealed partial class YearTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromHours(6);

    private enum Act
    {
        Pass,
        OperatorDown,
        RegistryDown,
        Suspend,
        Edit,
        Reschedule,
        ApplyAgain,
        Request,
        BaseMoves,
        DeleteRunning,
        NextBuildFails,
        CrashAfterNextBuild,
    }

    [Test]
    public void Every_cause_leads_to_exactly_one_build()
    {
        // Half of the times are short against a build.
        var act = Gen.Select(Gen.Int[0, 17], Gen.OneOf(Gen.Int[1, 120 * 60], Gen.Int[1, 30]));
        Gen.Select(act.Array[1, 160], Gen.Int[-20, 20], Gen.Int[0, 3600])
            .Sample(
                (acts, skew, jitter) =>
                {
                    var world = new World(TimeSpan.FromMinutes(skew), jitter);
                    foreach (var (kind, minutes) in acts)
                    {
                        // Time passes in a third of the acts.
                        world.Do(
                            kind > (int)Act.CrashAfterNextBuild ? Act.Pass : (Act)kind,
                            TimeSpan.FromMinutes(minutes)
                        );
                    }

                    world.Do(Act.Pass, TimeSpan.FromDays(2));
                    return world.Faults.Count == 0
                        ? true
                        : throw new AssertionException(string.Join('\n', world.Faults.Take(3).Concat(world.Story)));
                },
                iter: 40,
                print: all =>
                    $"skew {all.Item2}, jitter {all.Item3}: "
                    + string.Join(
                        ", ",
                        all.Item1.Select(a =>
                            a.Item1 > (int)Act.CrashAfterNextBuild ? $"Pass {a.Item2}" : $"{(Act)a.Item1} {a.Item2}"
                        )
                    )
            );
    }

    [Test]
    public void The_book_of_causes_finds_a_build_too_many_and_one_too_few()
    {
        var twice = new World();
        twice.Do(Act.Pass, TimeSpan.FromHours(2));
        twice.BuildWithoutCause();
        Assert.That(twice.Faults, Has.Some.Contains("without a cause"));

        var never = new World { IsDeaf = true };
        never.Do(Act.Pass, TimeSpan.FromDays(2));
        Assert.That(never.Faults, Has.Some.Contains("never led to a build"));
    }

    /// <param name="Reason">What a build for it must name.</param>
    /// <param name="At">When it arose.</param>
    /// <param name="IsTakenOver">A build that was for it came to no end of its own.</param>
    private sealed record Cause(BuildReason Reason, DateTime At, bool IsTakenOver = false);
}
