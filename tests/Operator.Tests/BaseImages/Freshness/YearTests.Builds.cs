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

/// <content>What becomes of the builds of that year.</content>
internal sealed partial class YearTests
{
    private sealed partial class World
    {
        private GemmaBuild Create(GemmaBuild build)
        {
            if (_builds.Find(b => b.BuildName == build.BuildName) is { } known)
            {
                return known;
            }

            build.Metadata.CreationTimestamp = _now + _skew;
            build.Metadata.Uid = build.BuildName;
            var moved = build.Spec!.Resolved.BaseDigest == A.Digest(_upstream);
            var covered = _open.Where(c => c.Reason != BuildReason.BaseDigestChange || moved).ToList();
            if (covered.Count == 0)
            {
                Faults.Add($"{_now:u}: {build.BuildName} ({string.Join(", ", build.Spec.Reasons)}) without a cause");
            }

            // The first build is of whatever the spec is by then.
            var isFirst = covered.Any(c => c.Reason == BuildReason.Initial);
            foreach (
                var cause in covered.Where(c =>
                    c.Reason != BuildReason.BaseDigestChange
                    && !build.Spec.Reasons.Contains(c.Reason)
                    && !(isFirst && c.Reason == BuildReason.SpecChange)
                )
            )
            {
                Faults.Add(
                    $"{_now:u}: {build.BuildName} ({string.Join(", ", build.Spec.Reasons)}) doesn't name "
                        + $"{cause.Reason} of {cause.At:u}"
                );
            }

            Tell($"{build.BuildName}: {string.Join(", ", build.Spec.Reasons)} of {build.ScheduledFor:u}");
            _open.RemoveAll(covered.Contains);
            _answered[build.BuildName] = covered;
            build = build with { Status = new GemmaBuildStatus { StartTime = _now } };
            _builds.Add(build);
            _ends[build.BuildName] = _now.AddMinutes(17);
            return build;
        }

        private ImageOutcome Stop(GemmaBuild old)
        {
            _builds[_builds.FindIndex(b => b.BuildName == old.BuildName)] = old.Superseded(_now);
            CameToNothing(old);
            return new ImageOutcome { Superseded = old };
        }

        /// <summary>What it was for is open again.</summary>
        private void CameToNothing(GemmaBuild build)
        {
            _ends.Remove(build.BuildName);
            _open.AddRange(_answered[build.BuildName].Select(c => c with { At = _now, IsTakenOver = true }));
        }

        private void Finish(string name)
        {
            var index = _builds.FindIndex(b => b.BuildName == name);
            _builds[index] = _nextFails ? _builds[index].Failed() : _builds[index].Succeeded();
            _nextFails = false;
            _ends.Remove(name);
        }
    }
}
