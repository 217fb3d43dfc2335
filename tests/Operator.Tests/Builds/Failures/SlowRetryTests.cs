using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Steps;

namespace Operator.Tests.Builds.Failures;

/// <summary>Outages end by themselves: what is tried again comes at a slow pace, spread over a fleet.</summary>
internal sealed class SlowRetryTests
{
    [Test]
    public void Pauses_grow_from_five_minutes_to_half_an_hour_or_an_hour()
    {
        for (var failures = 0; failures < 30; failures++)
        {
            var outage = SlowRetry.After(failures, "uid", isByItself: true).TotalMinutes;
            var others = SlowRetry.After(failures, "uid", isByItself: false).TotalMinutes;
            var plain = 5 * Math.Pow(2, failures);
            using (Assert.EnterMultipleScope())
            {
                Assert.That(outage, Is.InRange(0.75 * Math.Min(plain, 30) - 0.1, Math.Min(plain, 30)));
                Assert.That(others, Is.InRange(0.75 * Math.Min(plain, 60) - 0.1, Math.Min(plain, 60)));
            }
        }
    }

    [Test]
    public void A_fleet_is_spread_and_each_object_keeps_its_place()
    {
        var pauses = Enumerable.Range(0, 200).Select(i => SlowRetry.After(2, $"uid-{i}", isByItself: true)).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                pauses.GroupBy(p => (int)p.TotalMinutes).Max(g => g.Count()),
                Is.LessThan(75),
                "no minute has most of them"
            );
            Assert.That(SlowRetry.After(2, "uid-7", isByItself: true), Is.EqualTo(pauses[7]));
            Assert.That(SlowRetry.Fraction("a", 1), Is.InRange(0, 1).And.Not.EqualTo(SlowRetry.Fraction("a", 2)));
        }
    }

    [TestCase("PushFailed", true, FailureKind.Transient)]
    [TestCase("PushFailed", false, FailureKind.External)]
    [TestCase("RegistryUnavailable", true, FailureKind.Transient)]
    [TestCase("AuthenticationFailed", false, FailureKind.External)]
    [TestCase("ExecutorImagePull", false, FailureKind.External)]
    [TestCase("DependencyResolutionFailed", false, null)]
    [TestCase("OutOfMemory", false, null)]
    [TestCase("ExecutorFailed", true, FailureKind.External)]
    [TestCase("ExecutorFailed", false, null)]
    [TestCase("Canceled", false, null)]
    public void A_failure_says_who_can_end_it(string name, bool isTransient, object? kind)
    {
        var reason = FailureReasons.All.Single(r => r.Name == name);
        Assert.That(
            ClassifiedFailure.Of(reason, "seen", isTransient: isTransient).Kind,
            Is.EqualTo((FailureKind?)kind)
        );
    }

    [Test]
    public void A_failed_build_remembers_who_can_end_it_and_with_which_Secrets_it_asked()
    {
        var s = Given.Snapshot(A.Build(1)) with { CredentialsVersion = "push@7" };
        var status = StatusFold.Begin(s).Failing(s, ClassifiedFailure.Of(FailureReason.AuthenticationFailed, "401"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(status.Failure!.Kind?.Value, Is.EqualTo(FailureKind.External));
            Assert.That(status.CredentialsVersion, Is.EqualTo("push@7"));
            Assert.That(
                (status with { CredentialsVersion = "push@6" }).Failing(s, Plain()).CredentialsVersion,
                Is.EqualTo("push@6"),
                "those that the attempt was started with"
            );
        }
    }

    private static ClassifiedFailure Plain() => ClassifiedFailure.Of(FailureReason.AuthenticationFailed, "401");
}
