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
/// A year on a clock of its own, beside which the API server's may be wrong, with edits that stop running builds, requests, moved
/// bases, failed and deleted builds, suspensions, outages of the operator and of the registry, and crashes between a build's
/// creation and the status that tells of it. Beside it a book of causes, kept
/// without the operator's code: each cause leads to exactly one build, never two, never none.
/// </summary>
internal sealed class YearTests
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
        Gen.Select(act.Array[1, 160], Gen.Int[-20, 20], Gen.Int[0, 3600]).Sample(
            (acts, skew, jitter) =>
            {
                var world = new World(TimeSpan.FromMinutes(skew), jitter);
                foreach (var (kind, minutes) in acts)
                {
                    // Time passes in a third of the acts.
                    world.Do(kind > (int)Act.CrashAfterNextBuild ? Act.Pass : (Act)kind, TimeSpan.FromMinutes(minutes));
                }

                world.Do(Act.Pass, TimeSpan.FromDays(2));
                return world.Faults.Count == 0 ? true : throw new AssertionException(string.Join('\n', world.Faults.Take(3).Concat(world.Story)));
            },
            iter: 40,
            print: all => $"skew {all.Item2}, jitter {all.Item3}: " + string.Join(", ", all.Item1.Select(a => a.Item1 > (int)Act.CrashAfterNextBuild ? $"Pass {a.Item2}" : $"{(Act)a.Item1} {a.Item2}")));
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
    private sealed record Cause(string Reason, DateTime At, bool IsTakenOver = false);

    private sealed class World
    {
        /// <summary>Longer than a poll's interval, the storm guard and a build together.</summary>
        private static readonly TimeSpan Patience = TimeSpan.FromHours(8);

        private static readonly string[] Schedules = ["0 3 * * *", "45 3,15 * * *", "0 */8 * * *"];
        private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

        private readonly List<GemmaBuild> builds = [];
        private readonly List<Cause> open = [];
        private readonly Dictionary<string, DateTime> ends = new(StringComparer.Ordinal);
        private readonly Dictionary<string, List<Cause>> answered = new(StringComparer.Ordinal);
        private readonly TimeSpan skew;
        private readonly TimeSpan jitter;
        private GemmaBaseImage image;
        private DateTime now = A.Morning;
        private DateTime downtime = A.Morning;
        private DateTime rescheduled = A.Morning;
        private int schedule;
        private int content;
        private int upstream = 1;
        private int request;
        private bool isUp = true;
        private bool registryIsUp = true;
        private bool nextFails;
        private bool crashes;

        /// <param name="skew">How far the API server's clock is ahead.</param>
        /// <param name="jitterSeconds">spec.jitterSeconds.</param>
        public World(TimeSpan skew = default, int jitterSeconds = 0)
        {
            this.skew = skew;
            image = A.BaseImage(s => s with
            {
                Schedule = Schedules[0],
                TimeZone = "Europe/Berlin",
                JitterSeconds = jitterSeconds,
                StartingDeadlineSeconds = (int)Deadline.TotalSeconds,
                Rollout = s.Rollout with { Mode = "PublishOnly" },
            });
            image.Metadata.CreationTimestamp = now;
            jitter = Jitter.Of(image.Metadata.Uid, jitterSeconds);
            open.Add(new Cause(BuildReason.Initial, now));
        }

        public List<string> Faults { get; } = [];

        /// <summary>What happened up to the first fault.</summary>
        public List<string> Story { get; } = [];

        /// <summary>For a test of the test: an operator that decides nothing.</summary>
        public bool IsDeaf { get; init; }

        public void Do(Act act, TimeSpan time)
        {
            Tell($"{act} {time}");
            switch (act)
            {
                case Act.Pass:
                    Pass(time);
                    break;
                case Act.OperatorDown:
                    isUp = false;
                    Pass(time);
                    (isUp, downtime) = (true, now);
                    break;
                case Act.RegistryDown:
                    registryIsUp = false;
                    Pass(time);
                    (registryIsUp, downtime) = (true, now);
                    break;
                case Act.Suspend:
                    Settle();
                    image = image with { Spec = image.Spec! with { Suspend = true } };
                    open.RemoveAll(c => c is { Reason: BuildReason.Schedule, IsTakenOver: false });
                    Pass(time);
                    image = image with { Spec = image.Spec! with { Suspend = false } };
                    downtime = now;
                    break;
                case Act.Edit:
                    content++;
                    open.Add(new Cause(BuildReason.SpecChange, now));
                    break;
                case Act.Reschedule:
                    image = image with { Spec = image.Spec! with { Schedule = Schedules[++schedule % Schedules.Length] } };
                    open.RemoveAll(c => c is { Reason: BuildReason.Schedule, IsTakenOver: false });
                    rescheduled = now;
                    break;
                case Act.ApplyAgain:
                    image = image with { Spec = image.Spec! with { } };
                    break;
                case Act.Request:
                    image = image.Asking($"r{++request}");
                    open.Add(new Cause(BuildReason.Requested, now));
                    break;
                case Act.BaseMoves:
                    upstream++;
                    open.RemoveAll(c => c.Reason == BuildReason.BaseDigestChange);
                    open.Add(new Cause(BuildReason.BaseDigestChange, now));
                    break;
                case Act.DeleteRunning:
                    if (builds.Find(b => !b.IsFinished) is { } running && builds.Remove(running))
                    {
                        CameToNothing(running);
                    }

                    break;
                case Act.NextBuildFails:
                    nextFails = true;
                    break;
                default:
                    crashes = true;
                    break;
            }

            Settle();
        }

        public void BuildWithoutCause() => Create(A.Build(99, A.Inputs($"i{content}"), upstream, now));

        private void Tell(string what)
        {
            if (Faults.Count == 0)
            {
                Story.Add($"{now:u} {what}");
            }
        }

        private void Pass(TimeSpan time)
        {
            var end = now + time;
            while (now < end)
            {
                var wanted = Settle();
                var next = new[] { end, wanted, ends.Count > 0 ? ends.Values.Min() : null, NextTick(), now.AddHours(6) }
                    .Where(t => t > now).Min()!.Value;
                now = next;
                foreach (var (name, _) in ends.Where(e => e.Value <= now).ToList())
                {
                    Finish(name);
                }

                if (NextTick(now.AddTicks(-1)) == now && !image.Spec!.Suspend)
                {
                    open.RemoveAll(c => c is { Reason: BuildReason.Schedule, IsTakenOver: false });
                    open.Add(new Cause(BuildReason.Schedule, now));
                }

                open.RemoveAll(c => c is { Reason: BuildReason.Schedule, IsTakenOver: false } && now - c.At > Deadline);
                foreach (var late in isUp && registryIsUp && !image.Spec!.Suspend ? open.Where(c => now - c.At > Patience && now - downtime > Patience) : [])
                {
                    Faults.Add($"{now:u}: {late.Reason} of {late.At:u} never led to a build");
                    now = end;
                }
            }
        }

        /// <summary>When a tick begins to count; none does that came before its schedule.</summary>
        private DateTime? NextTick(DateTime? after = null) =>
            CronExpression.Parse(image.Spec!.Schedule!).GetNextOccurrence(new[] { (after ?? now) - jitter, rescheduled }.Max(), Berlin) + jitter;

        /// <summary>Reconciles until nothing more is to be done now; answers when to look again.</summary>
        private DateTime? Settle()
        {
            for (var round = 0; isUp && !IsDeaf && round < 20; round++)
            {
                image.Metadata.Generation = content + 1;
                var newest = builds.OrderByDescending(b => b.Number).ToList();
                var snapshot = A.Snapshot(image, A.Inputs($"i{content}"), newest, ScheduleReader.Read(image, newest, now), now);
                var decision = ImagePlanner.Decide(snapshot);
                var outcome = decision switch
                {
                    ImageDecision.StartBuild start => new ImageOutcome { Started = Create(start.Build) },
                    ImageDecision.ResolveBase ask => new ImageOutcome
                    {
                        Base = registryIsUp
                            ? new BaseResolution.Resolved(ask.Reference, A.Digest(upstream), now)
                            : new BaseResolution.Unavailable(ask.Reference, "down"),
                    },
                    ImageDecision.Supersede old => Stop(old.Build),
                    _ => new ImageOutcome(),
                };
                if (outcome.Started is not null && crashes)
                {
                    crashes = false;
                    continue;
                }

                foreach (var old in RetentionPolicy.Superfluous(snapshot))
                {
                    builds.RemoveAll(b => b.BuildName == old.BuildName);
                }

                image = image with { Status = ImageStatusFold.Fold(snapshot, decision, new RolloutDecision.Unmanaged(), outcome) };
                switch (decision, outcome.Base)
                {
                    case (ImageDecision.Wait wait, _): return wait.Until;
                    case (ImageDecision.Settled settled, _): return settled.Until;
                    case (_, BaseResolution.Unavailable): return now.AddMinutes(5);
                    case (ImageDecision.Refuse refuse, _): Faults.Add(refuse.Message); return null;
                }
            }

            return null;
        }

        private GemmaBuild Create(GemmaBuild build)
        {
            if (builds.Find(b => b.BuildName == build.BuildName) is { } known)
            {
                return known;
            }

            build.Metadata.CreationTimestamp = now + skew;
            build.Metadata.Uid = build.BuildName;
            var moved = build.Spec!.Resolved.BaseDigest == A.Digest(upstream);
            var covered = open.Where(c => c.Reason != BuildReason.BaseDigestChange || moved).ToList();
            if (covered.Count == 0)
            {
                Faults.Add($"{now:u}: {build.BuildName} ({string.Join(", ", build.Spec.Reasons)}) without a cause");
            }

            // The first build is of whatever the spec is by then.
            var isFirst = covered.Any(c => c.Reason == BuildReason.Initial);
            foreach (var cause in covered.Where(c => c.Reason != BuildReason.BaseDigestChange && !build.Spec.Reasons.Contains(c.Reason)
                && !(isFirst && c.Reason == BuildReason.SpecChange)))
            {
                Faults.Add($"{now:u}: {build.BuildName} ({string.Join(", ", build.Spec.Reasons)}) doesn't name {cause.Reason} of {cause.At:u}");
            }

            Tell($"{build.BuildName}: {string.Join(", ", build.Spec.Reasons)} of {build.ScheduledFor:u}");
            open.RemoveAll(covered.Contains);
            answered[build.BuildName] = covered;
            build = build with { Status = new GemmaBuildStatus { StartTime = now } };
            builds.Add(build);
            ends[build.BuildName] = now.AddMinutes(17);
            return build;
        }

        private ImageOutcome Stop(GemmaBuild old)
        {
            builds[builds.FindIndex(b => b.BuildName == old.BuildName)] = old.Superseded(now);
            CameToNothing(old);
            return new ImageOutcome { Superseded = old };
        }

        /// <summary>What it was for is open again.</summary>
        private void CameToNothing(GemmaBuild build)
        {
            ends.Remove(build.BuildName);
            open.AddRange(answered[build.BuildName].Select(c => c with { At = now, IsTakenOver = true }));
        }

        private void Finish(string name)
        {
            var index = builds.FindIndex(b => b.BuildName == name);
            builds[index] = nextFails ? builds[index].Failed() : builds[index].Succeeded();
            nextFails = false;
            ends.Remove(name);
        }
    }
}
