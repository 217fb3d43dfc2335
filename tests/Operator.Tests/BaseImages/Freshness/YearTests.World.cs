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
using GemmaOperator.Registry.References;

namespace Operator.Tests.BaseImages.Freshness;

/// <content>One object, its builds, a registry and a clock, for a year.</content>
internal sealed partial class YearTests
{
    private sealed partial class World
    {
        /// <summary>Longer than a poll's interval, the storm guard and a build together.</summary>
        private static readonly TimeSpan Patience = TimeSpan.FromHours(8);

        private static readonly string[] Schedules = ["0 3 * * *", "45 3,15 * * *", "0 */8 * * *"];
        private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

        private readonly List<GemmaBuild> _builds = [];
        private readonly List<Cause> _open = [];
        private readonly Dictionary<string, DateTime> _ends = new(StringComparer.Ordinal);
        private readonly Dictionary<string, List<Cause>> _answered = new(StringComparer.Ordinal);
        private readonly TimeSpan _skew;
        private readonly TimeSpan _jitter;
        private GemmaBaseImage _image;
        private DateTime _now = A.Morning;
        private DateTime _downtime = A.Morning;
        private DateTime _rescheduled = A.Morning;
        private int _schedule;
        private int _content;
        private int _upstream = 1;
        private int _request;
        private bool _isUp = true;
        private bool _registryIsUp = true;
        private bool _nextFails;
        private bool _crashes;

        /// <param name="skew">How far the API server's clock is ahead.</param>
        /// <param name="jitterSeconds">spec.jitterSeconds.</param>
        public World(TimeSpan skew = default, int jitterSeconds = 0)
        {
            _skew = skew;
            _image = A.BaseImage(s =>
                s with
                {
                    Schedule = Schedules[0],
                    TimeZone = "Europe/Berlin",
                    JitterSeconds = jitterSeconds,
                    StartingDeadlineSeconds = (int)Deadline.TotalSeconds,
                    Rollout = s.Rollout with { Mode = RolloutMode.PublishOnly },
                }
            );
            _image.Metadata.CreationTimestamp = _now;
            _jitter = Jitter.Of(_image.Metadata.Uid, jitterSeconds);
            _open.Add(new Cause(BuildReason.Initial, _now));
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
                    _isUp = false;
                    Pass(time);
                    (_isUp, _downtime) = (true, _now);
                    break;
                case Act.RegistryDown:
                    _registryIsUp = false;
                    Pass(time);
                    (_registryIsUp, _downtime) = (true, _now);
                    break;
                case Act.Suspend:
                    Settle();
                    _image = _image with { Spec = _image.Spec! with { Suspend = true } };
                    _open.RemoveAll(c => c is { Reason: BuildReason.Schedule, IsTakenOver: false });
                    Pass(time);
                    _image = _image with { Spec = _image.Spec! with { Suspend = false } };
                    _downtime = _now;
                    break;
                case Act.Edit:
                    _content++;
                    _open.Add(new Cause(BuildReason.SpecChange, _now));
                    break;
                case Act.Reschedule:
                    _image = _image with
                    {
                        Spec = _image.Spec! with { Schedule = Schedules[++_schedule % Schedules.Length] },
                    };
                    _open.RemoveAll(c => c is { Reason: BuildReason.Schedule, IsTakenOver: false });
                    _rescheduled = _now;
                    break;
                case Act.ApplyAgain:
                    _image = _image with { Spec = _image.Spec! with { } };
                    break;
                case Act.Request:
                    _image = _image.Asking($"r{++_request}");
                    _open.Add(new Cause(BuildReason.Requested, _now));
                    break;
                case Act.BaseMoves:
                    _upstream++;
                    _open.RemoveAll(c => c.Reason == BuildReason.BaseDigestChange);
                    _open.Add(new Cause(BuildReason.BaseDigestChange, _now));
                    break;
                case Act.DeleteRunning:
                    if (_builds.Find(b => !b.IsFinished) is { } running && _builds.Remove(running))
                    {
                        CameToNothing(running);
                    }

                    break;
                case Act.NextBuildFails:
                    _nextFails = true;
                    break;
                default:
                    _crashes = true;
                    break;
            }

            Settle();
        }

        public void BuildWithoutCause() => Create(A.Build(99, A.Inputs($"i{_content}"), _upstream, _now));

        private void Tell(string what)
        {
            if (Faults.Count == 0)
            {
                Story.Add($"{_now:u} {what}");
            }
        }

        private void Pass(TimeSpan time)
        {
            var end = _now + time;
            while (_now < end)
            {
                var wanted = Settle();
                var next = new[]
                {
                    end,
                    wanted,
                    _ends.Count > 0 ? _ends.Values.Min() : null,
                    NextTick(),
                    _now.AddHours(6),
                }
                    .Where(t => t > _now)
                    .Min()!
                    .Value;
                _now = next;
                foreach (var (name, _) in _ends.Where(e => e.Value <= _now).ToList())
                {
                    Finish(name);
                }

                if (NextTick(_now.AddTicks(-1)) == _now && !_image.Spec!.Suspend)
                {
                    _open.RemoveAll(c => c is { Reason: BuildReason.Schedule, IsTakenOver: false });
                    _open.Add(new Cause(BuildReason.Schedule, _now));
                }

                _open.RemoveAll(c =>
                    c is { Reason: BuildReason.Schedule, IsTakenOver: false } && _now - c.At > Deadline
                );
                foreach (
                    var late in _isUp && _registryIsUp && !_image.Spec!.Suspend
                        ? _open.Where(c => _now - c.At > Patience && _now - _downtime > Patience)
                        : []
                )
                {
                    Faults.Add($"{_now:u}: {late.Reason} of {late.At:u} never led to a build");
                    _now = end;
                }
            }
        }

        /// <summary>When a tick begins to count; none does that came before its schedule.</summary>
        private DateTime? NextTick(DateTime? after = null) =>
            CronExpression
                .Parse(_image.Spec!.Schedule!)
                .GetNextOccurrence(new[] { (after ?? _now) - _jitter, _rescheduled }.Max(), Berlin) + _jitter;

        /// <summary>Reconciles until nothing more is to be done now; answers when to look again.</summary>
        private DateTime? Settle()
        {
            for (var round = 0; _isUp && !IsDeaf && round < 20; round++)
            {
                _image.Metadata.Generation = _content + 1;
                var newest = _builds.OrderByDescending(b => b.Number).ToList();
                var snapshot = A.Snapshot(
                    _image,
                    A.Inputs($"i{_content}"),
                    newest,
                    ScheduleReader.Read(_image, newest, _now),
                    _now
                );
                var decision = ImagePlanner.Decide(snapshot);
                var outcome = decision switch
                {
                    ImageDecision.StartBuild start => new ImageOutcome { Started = Create(start.Build) },
                    ImageDecision.ResolveBase ask => new ImageOutcome
                    {
                        Base = _registryIsUp
                            ? new UpstreamBaseResolution.Resolved(
                                ask.Base,
                                ImageDigest.Parse(A.Digest(_upstream)),
                                _now
                            )
                            : new UpstreamBaseResolution.Unavailable(ask.Base, "down"),
                    },
                    ImageDecision.Supersede old => Stop(old.Build),
                    _ => new ImageOutcome(),
                };
                if (outcome.Started is not null && _crashes)
                {
                    _crashes = false;
                    continue;
                }

                foreach (var old in RetentionPolicy.Decide(snapshot))
                {
                    _builds.RemoveAll(b => b.BuildName == old.BuildName);
                }

                _image = _image with
                {
                    Status = ImageStatusFold.Fold(snapshot, decision, new RolloutDecision.Unmanaged(), outcome),
                };
                switch (decision, outcome.Base)
                {
                    case (ImageDecision.Wait or ImageDecision.Settled, _):
                        return decision.NextLook;
                    case (_, UpstreamBaseResolution.Unavailable):
                        return _now.AddMinutes(5);
                    case (ImageDecision.Refuse, _):
                        Faults.Add($"{_now:u}: the inputs are refused");
                        return null;
                }
            }

            return null;
        }
    }
}
