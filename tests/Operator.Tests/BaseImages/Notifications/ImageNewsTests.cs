using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Notifications;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Notifications;
using GemmaOperator.Notifications;

namespace Operator.Tests.BaseImages.Notifications;

/// <summary>What of two statuses is news.</summary>
internal sealed class ImageNewsTests
{
    private static readonly GemmaBuild Good = A.Build(1).Succeeded();

    private static DateTime Now => Good.Status!.CompletionTime!.Value.AddMinutes(1);

    [Test]
    public void A_build_that_ended_is_told_once()
    {
        var running = With(Line(1, RecentBuild.Running));
        var done = With(Line(1, "Completed"));
        var told = ImageNews.Between(running, done, [Good], Now).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (told.Event, told.Reason, told.Build),
                Is.EqualTo((NotificationEvent.BuildSucceeded, "Completed", "gemma-b1"))
            );
            Assert.That(told.Image, Is.EqualTo(Good.Status!.Promoted!.Reference));
            Assert.That(ImageNews.Between(done, done, [Good], Now), Is.Empty);
        }
    }

    [Test]
    public void A_failed_build_is_told_with_its_reason()
    {
        var failed = A.Build(1).Failed("PushFailed");
        failed = failed with { Status = failed.Status! with { CompletionTime = Now } };
        Assert.That(
            ImageNews.Between(new(), With(Line(1, "PushFailed")), [failed], Now).Select(n => (n.Event, n.Reason)),
            Is.EqualTo(new[] { (NotificationEvent.BuildFailed, "PushFailed") })
        );
    }

    [Test]
    public void A_build_that_gave_way_is_nobody_s_news() =>
        Assert.That(ImageNews.Between(new(), With(Line(1, "Canceled")), [A.Build(1).Superseded(Now)], Now), Is.Empty);

    [Test]
    public void What_ended_long_ago_is_no_news_where_the_status_was_lost() =>
        Assert.That(ImageNews.Between(new(), With(Line(1, "Completed")), [Good], Now + Outbox.Patience), Is.Empty);

    [Test]
    public void What_serves_anew_is_told() =>
        Assert.That(
            Between(new(), new() { ServingImage = A.Image(2) }),
            Is.EqualTo(new[] { (NotificationEvent.RolloutSucceeded, "Serving") })
        );

    [Test]
    public void A_roll_back_is_told_as_such_and_not_as_a_stall()
    {
        var before = new GemmaBaseImageStatus { ServingImage = A.Image(1), LatestImage = A.Image(2) };
        var after = before with
        {
            RejectedDigests = [A.Digest(102)],
            Conditions = [A.Condition("Stalled", "True", "RolledBack")],
        };
        Assert.That(Between(before, after), Is.EqualTo(new[] { (NotificationEvent.RolledBack, "RolledBack") }));
    }

    [Test]
    public void Settings_that_were_given_up_are_told_once()
    {
        var before = new GemmaBaseImageStatus { ServingImage = A.Image(1) };
        var after = before with
        {
            RejectedSettings = new RejectedSettings { Hash = "x", Message = "it failed" },
        };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                Between(before, after),
                Is.EqualTo(new[] { (NotificationEvent.RolledBack, "SettingsRolledBack") })
            );
            Assert.That(Between(after, after), Is.Empty);
        }
    }

    [Test]
    public void An_approval_is_asked_for_once_for_each_build()
    {
        var first = Held("AwaitingApproval", "gemma-b2");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                Between(new(), first),
                Is.EqualTo(new[] { (NotificationEvent.ApprovalNeeded, "AwaitingApproval") })
            );
            Assert.That(Between(first, first), Is.Empty);
            Assert.That(Between(first, Held("AwaitingApproval", "gemma-b3")), Has.Exactly(1).Items);
            Assert.That(Between(new(), Held("AwaitingWindow", "gemma-b2")), Is.Empty);
        }
    }

    [Test]
    public void A_build_that_waits_for_approval_of_its_packages_is_told_once()
    {
        var waits = A.Build(2).WithCandidate().HeldBy(BuildHold.AwaitingApproval);
        var told = new GemmaBaseImageStatus
        {
            LatestBuild = "gemma-b2",
            Conditions = [A.Condition("Reconciling", "True", "AwaitingApproval")],
        };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                ImageNews.Between(new(), told, [waits, Good], Now).Select(n => (n.Event, n.Build)),
                Is.EqualTo(new[] { (NotificationEvent.ApprovalNeeded, "gemma-b2") })
            );
            Assert.That(ImageNews.Between(told, told, [waits, Good], Now), Is.Empty);
            Assert.That(ImageNews.Between(new(), told, [Good], Now), Is.Empty, "a rollout waits, which Held tells");
        }
    }

    [Test]
    public void A_stall_its_other_reason_and_its_end_are_told()
    {
        var (one, other) = (Stalled("SecretNotFound"), Stalled("InvalidSpec"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Between(new(), one), Is.EqualTo(new[] { (NotificationEvent.Stalled, "SecretNotFound") }));
            Assert.That(Between(one, other), Is.EqualTo(new[] { (NotificationEvent.Stalled, "InvalidSpec") }));
            Assert.That(Between(one, one), Is.Empty);
            Assert.That(Between(one, new()), Is.EqualTo(new[] { (NotificationEvent.Recovered, "SecretNotFound") }));
        }
    }

    [Test]
    public void A_vulnerability_beyond_its_time_is_told_once()
    {
        var (vulnerable, late) = (Patched("Vulnerable"), Patched("SlaExceeded"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                Between(vulnerable, late),
                Is.EqualTo(new[] { (NotificationEvent.SlaExceeded, "SlaExceeded") })
            );
            Assert.That(Between(late, late), Is.Empty);
            Assert.That(Between(new(), vulnerable), Is.Empty);
        }
    }

    [Test]
    public void New_packages_that_wait_for_approval_are_told_once_for_each_build()
    {
        var (first, second) = (WaitsOfPackages(1), WaitsOfPackages(2));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                Told(new(), first).Select(n => (n.Event, n.Build, n.Message)),
                Is.EqualTo(new[] { (NotificationEvent.ApprovalNeeded, "gemma-b1", "AwaitingApproval") })
            );
            Assert.That(Told(first, first), Is.Empty);
            Assert.That(Told(first, second).Select(n => n.Build), Is.EqualTo(new[] { "gemma-b2" }));
            Assert.That(Between(new(), first), Is.Empty, "the build itself doesn't wait");
        }

        static IEnumerable<News> Told(GemmaBaseImageStatus before, GemmaBaseImageStatus after) =>
            ImageNews.Between(before, after, [Waits(2), Waits(1)], Now);

        static GemmaBuild Waits(int number) =>
            A.Build(number) with
            {
                Status = new GemmaBuildStatus { HeldBy = BuildHold.AwaitingApproval },
            };
    }

    private static GemmaBaseImageStatus WaitsOfPackages(int number) =>
        new()
        {
            LatestBuild = $"gemma-b{number}",
            Conditions = [A.Condition("Reconciling", "True", "AwaitingApproval")],
        };

    private static IEnumerable<(NotificationEvent Event, string Reason)> Between(
        GemmaBaseImageStatus before,
        GemmaBaseImageStatus after
    ) => ImageNews.Between(before, after, [Good], Now).Select(n => (n.Event, n.Reason));

    private static RecentBuild Line(long number, string result) => new() { Name = $"gemma-b{number}", Result = result };

    private static GemmaBaseImageStatus With(params RecentBuild[] builds) => new() { RecentBuilds = builds };

    private static GemmaBaseImageStatus Held(string reason, string build) =>
        new()
        {
            Held = new HeldStatus { Reason = reason, Build = build },
        };

    private static GemmaBaseImageStatus Stalled(string reason) =>
        new() { Conditions = [A.Condition("Stalled", "True", reason)] };

    private static GemmaBaseImageStatus Patched(string reason) =>
        new() { Conditions = [A.Condition("Patched", "False", reason)] };
}
