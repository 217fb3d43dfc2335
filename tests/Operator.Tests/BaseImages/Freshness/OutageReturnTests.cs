using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using k8s.Models;

namespace Operator.Tests.BaseImages.Freshness;

/// <summary>
/// A registry that is away for ten minutes under two hundred builds that are due, by the planner's decisions alone: a
/// build that runs then fails after its quick attempts, others are withheld; ten run at once.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class OutageReturnTests
{
    private const int Objects = 200;

    private const int Slots = 10;

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Takes = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan GivesUp = TimeSpan.FromSeconds(130);

    private readonly List<Fleet> _fleet =
    [
        .. Enumerable.Range(0, Objects).Select(i => new Fleet { Uid = $"uid-{i}", NextLook = A.Morning }),
    ];

    [TestCase(true, TestName = "Outage_that_preflight_sees")]
    [TestCase(false, TestName = "Outage_that_only_builds_see")]
    public void Outage_all_are_built_within_an_hour_of_its_return_spread_and_nothing_annotated(bool isSeen)
    {
        var back = A.Morning.AddMinutes(10);
        var (now, starts) = (A.Morning, new List<DateTime>());
        // Nobody is told of the outage before a minute of it has passed.
        for (; now < back.AddHours(1) && _fleet.Any(o => !o.Builds[0].HasSucceeded); now += Step)
        {
            var isAway = now < back;
            foreach (var one in _fleet.Where(o => o.Ends <= now))
            {
                one.End(now, isGood: !isAway || one.EndsWell);
            }

            foreach (var one in _fleet.Where(o => !o.IsRunning && o.NextLook <= now))
            {
                var seesAway = isSeen && isAway && now > A.Morning.AddMinutes(1);
                var decision = ImagePlanner.Decide(one.See(now, seesAway));
                one.NextLook = decision.NextLook ?? DateTime.MaxValue;
                if (decision is ImageDecision.StartBuild { Build: var build })
                {
                    one.Queue(build, now);
                }
            }

            var free = Slots - _fleet.Count(o => o.Ends is not null);
            foreach (var one in _fleet.Where(o => o.IsRunning && o.Ends is null).OrderBy(o => o.QueuedAt).Take(free))
            {
                one.EndsWell = !isAway;
                one.Ends = now + (isAway ? GivesUp : Takes);
                if (!isAway)
                {
                    starts.Add(now);
                }
            }
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_fleet.Count(o => o.Builds[0].HasSucceeded), Is.EqualTo(Objects), $"by {now:HH:mm}");
            Assert.That(now - back, Is.LessThan(TimeSpan.FromHours(1)));
            Assert.That(starts.GroupBy(s => s).Max(g => g.Count()), Is.LessThanOrEqualTo(Slots));
            Assert.That(_fleet.All(o => o.Builds.All(b => b.RequestedAt is null)), "nobody asked for it");
            Assert.That(_fleet.Max(o => o.Builds.Count), Is.LessThanOrEqualTo(5), "and nobody stormed it");
        }
    }

    /// <summary>One object, with the builds that its planner has made.</summary>
    private sealed class Fleet
    {
        public required string Uid { get; init; }

        public DateTime NextLook { get; set; }

        public List<GemmaBuild> Builds { get; } = [A.Build(1)];

        public DateTime? Ends { get; set; }

        public bool EndsWell { get; set; }

        public DateTime QueuedAt { get; private set; } = A.Morning;

        public bool IsRunning => !Builds[0].IsFinished;

        public void Queue(GemmaBuild build, DateTime now)
        {
            build.Metadata.CreationTimestamp = now;
            Builds.Insert(0, build);
            QueuedAt = now;
        }

        public void End(DateTime now, bool isGood)
        {
            Builds[0] = isGood ? Builds[0].Succeeded() : OutageExample.Failed(Builds[0], FailureKind.Transient, now);
            (Ends, NextLook) = (null, now);
        }

        public ImageSnapshot See(DateTime now, bool isAway)
        {
            var image = A.BaseImage(s => s with { Rollout = s.Rollout with { Mode = RolloutMode.PublishOnly } })
                .Knowing(1, now);
            image.Metadata = new V1ObjectMeta
            {
                Name = image.Metadata.Name,
                NamespaceProperty = image.Metadata.NamespaceProperty,
                Uid = Uid,
                Generation = 1,
                CreationTimestamp = image.Metadata.CreationTimestamp,
            };
            var s = A.Snapshot(image, builds: Builds, now: now);
            return ImagePlanner.IsAboutToBuild(s)
                ? s with
                {
                    Preflight = new PreflightFacts
                    {
                        IsForBuild = true,
                        Repositories =
                        [
                            (
                                "spec.output.repository",
                                isAway ? new RepositoryAnswer.Unavailable("503") : new RepositoryAnswer.Writable()
                            ),
                        ],
                    },
                }
                : s;
        }
    }
}
