using GemmaOperator.Api;
using GemmaOperator.Plan;
using GemmaOperator.Rollout;
using k8s;
using k8s.Models;

namespace Operator.Tests.Plan;

/// <summary>Approval, window, soak and the ways back, one reconcile after another on a clock of its own.</summary>
internal sealed class RolloutPlannerTests
{
    private static readonly ImageStatus Old = A.Image(1, "gemma-base-service");
    private static readonly ImageStatus New = A.Image(2, "gemma-base-service");

    [Test]
    public void A_new_image_waits_for_approval_by_name_while_the_old_one_serves()
    {
        var world = new World(r => r with { Approval = "Manual" }).Serving(Old).With(2);
        Assert.That(world.Step(), Is.EqualTo(Old));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Condition("Ready"), Is.EqualTo("True Serving"), "a refresh that waits is no outage");
            Assert.That(world.Condition("Fresh"), Is.EqualTo("False RolloutPending"));
            Assert.That(world.Message("Fresh"), Does.Contain($"gemmaoperator.io/approve={New.Build}"));
            Assert.That(world.Condition("Reconciling"), Is.Null);
        }

        Assert.That(world.Annotate("gemma-9").Step(), Is.EqualTo(Old), "another build's approval is none");
        Assert.That(world.Annotate(New.Build!).Step(), Is.EqualTo(New));
    }

    [Test]
    public void A_changed_spec_is_not_Ready_before_it_is_approved()
    {
        var world = new World(r => r with { Approval = "Manual" }).Serving(Old).With(2, A.Inputs("i2"));
        world.Step();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Condition("Ready"), Is.EqualTo("False RolloutInProgress"));
            Assert.That(world.Condition("Reconciling"), Is.EqualTo("True AwaitingApproval"));
        }
    }

    [Test]
    public void The_first_image_waits_for_approval_too()
    {
        var world = new World(r => r with { Approval = "Manual" }).With(1);
        Assert.That(world.Step(), Is.Null);
        Assert.That(world.Condition("Reconciling"), Is.EqualTo("True AwaitingApproval"));
        Assert.That(world.Annotate(Old.Build!).Step(), Is.EqualTo(Old));
    }

    [TestCase("0 2 * * *", "4h", false)]
    [TestCase("0 8 * * *", "4h", true)]
    [TestCase("30 8 * * *", "5m", true)]
    [TestCase("25 8 * * *", "5m", false)]
    [TestCase("0 10 * * *", "24h", true)]
    public void A_new_image_waits_for_the_window(string schedule, string duration, bool isOpen)
    {
        // A.Morning is 08:30 UTC.
        var world = new World(r => r with { Window = new WindowSpec { Schedule = schedule, Duration = duration } }).Serving(Old).With(2);
        Assert.That(world.Step(), Is.EqualTo(isOpen ? New : Old));
        Assert.That(world.Condition("Fresh"), Is.EqualTo(isOpen ? "True UpToDate" : "False RolloutPending"));
    }

    [Test]
    public void It_looks_again_when_the_window_opens_and_a_zone_is_heeded()
    {
        var world = new World(r => r with { Window = new WindowSpec { Schedule = "0 22 * * *", TimeZone = "America/New_York", Duration = "1h" } }).Serving(Old).With(2);
        world.Step();
        Assert.That(world.Decision.NextLook, Is.EqualTo(new DateTime(2026, 11, 24, 3, 0, 0, DateTimeKind.Utc)));
        world.Wait(new DateTime(2026, 11, 24, 3, 0, 0, DateTimeKind.Utc) - A.Morning);
        Assert.That(world.Step(), Is.EqualTo(New));
    }

    [Test]
    public void The_first_image_and_a_pin_wait_for_no_window()
    {
        RolloutSpec Closed(RolloutSpec r) => r with { Window = new WindowSpec { Schedule = "0 2 * * *", Duration = "5m" } };
        Assert.That(new World(Closed).With(1).Step(), Is.EqualTo(Old));
        Assert.That(new World(r => Closed(r) with { PinnedBuild = New.Build! }).Serving(Old).With(2).Step(), Is.EqualTo(New));
    }

    [Test]
    public void A_new_image_serves_only_after_its_soak()
    {
        var world = new World(r => r).Serving(Old).With(2);
        world.Step();
        world.Deploy(New).Step();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Status.Rollout!.Stage, Is.EqualTo("Soaking"));
            Assert.That(world.Status.ServingImage, Is.EqualTo(Old));
            Assert.That(world.Condition("Ready"), Is.EqualTo("True Serving"));
            Assert.That(world.Decision.NextLook, Is.EqualTo(A.Morning.AddMinutes(10)));
        }

        world.Wait(TimeSpan.FromMinutes(9)).Step();
        Assert.That(world.Status.ServingImage, Is.EqualTo(Old));
        world.Wait(TimeSpan.FromMinutes(1)).Step();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Status.ServingImage, Is.EqualTo(New));
            Assert.That(world.Status.PreviousImage, Is.EqualTo(Old));
            Assert.That(world.Status.Rollout!.SoakStartTime, Is.Null);
            Assert.That(world.Condition("Reconciling"), Is.Null);
        }
    }

    [Test]
    public void A_changed_spec_is_Ready_after_its_soak()
    {
        var world = new World(r => r).Serving(Old).With(2, A.Inputs("i2"));
        world.Deploy(New).Step();
        Assert.That(world.Condition("Ready"), Is.EqualTo("False RolloutInProgress"));
        world.Wait(TimeSpan.FromMinutes(10)).Step();
        Assert.That(world.Condition("Ready"), Is.EqualTo("True Serving"));
    }

    [Test]
    public void A_break_in_the_soak_starts_it_anew()
    {
        var world = new World(r => r).Serving(Old).With(2).Deploy(New);
        world.Step();
        world.Wait(TimeSpan.FromMinutes(6)).Deploy(New, available: 0).Step();
        Assert.That(world.Status.Rollout!.Stage, Is.EqualTo("Faltering"));
        world.Wait(TimeSpan.FromMinutes(2)).Deploy(New).Step();
        world.Wait(TimeSpan.FromMinutes(5)).Step();
        Assert.That(world.Status.ServingImage, Is.EqualTo(Old), "ten minutes without a break");
        world.Wait(TimeSpan.FromMinutes(5)).Step();
        Assert.That(world.Status.ServingImage, Is.EqualTo(New));
    }

    [Test]
    public void An_image_that_does_not_come_back_in_its_soak_is_given_up()
    {
        var world = new World(r => r).Serving(Old).With(2).Deploy(New);
        world.Step();
        world.Deploy(New, available: 0).Step();
        world.Wait(TimeSpan.FromMinutes(29)).Step();
        Assert.That(world.Status.RejectedDigests, Is.Null, "a pod of a drained node may take its whole startup time");
        world.Wait(TimeSpan.FromMinutes(1)).Step();
        RolledBack(world, "weren't for 30 minutes");
    }

    [Test]
    public void An_image_that_was_given_up_does_not_run_on_while_a_newer_one_waits()
    {
        RolloutSpec[] Waits(RolloutSpec r) => [r with { Approval = "Manual" }, r with { Window = new WindowSpec { Schedule = "0 2 * * *", Duration = "5m" } }, r];
        for (var kind = 0; kind < 3; kind++)
        {
            var world = new World(r => Waits(r)[kind]) { Nodes = ["n1"] }.Serving(Old).With(2).Deploy(New, available: 0, restarts: 3);
            world.Step();
            Assert.That(world.Status.RejectedDigests, Is.EqualTo(new[] { New.Digest }));
            world.With(3);
            Assert.That(world.Step(), Is.EqualTo(Old), "approval, window or pre-pull: the good one comes back first");
        }
    }

    [TestCase(0)]
    [TestCase(5)]
    public void A_crash_loop_is_given_up_long_before_the_deadline(int minutesOfSoak)
    {
        var world = new World(r => r).Serving(Old).With(2).Deploy(New);
        if (minutesOfSoak > 0)
        {
            world.Step();
            world.Wait(TimeSpan.FromMinutes(minutesOfSoak));
        }

        world.Deploy(New, available: 0, restarts: 2).Step();
        Assert.That(world.Status.RejectedDigests ?? [], Is.Empty, "it may be chance");
        world.Deploy(New, available: 0, restarts: 3).Step();
        RolledBack(world, "crashed 3 times, last with exit code 139");
    }

    [Test]
    public void A_crash_after_the_soak_or_of_the_pinned_image_is_nobody_s_rollout()
    {
        var proven = new World(r => r).Serving(Old).With(1).Deploy(Old, available: 0, restarts: 9);
        proven.Step();
        var pinned = new World(r => r with { PinnedBuild = New.Build! }).Serving(Old).With(2).Deploy(New, available: 0, restarts: 9);
        pinned.Step();
        Assert.That((proven.Status.RejectedDigests, pinned.Status.RejectedDigests), Is.EqualTo(((IReadOnlyList<string>?)null, (IReadOnlyList<string>?)null)));
        Assert.That(pinned.Condition("Ready"), Is.EqualTo("False RolloutFailed"));
    }

    [Test]
    public void Without_a_soak_time_the_first_moment_counts()
    {
        var world = new World(r => r with { Rollback = new RollbackSpec { SoakTime = "0s" } }).Serving(Old).With(2).Deploy(New);
        world.Step();
        Assert.That(world.Status.ServingImage, Is.EqualTo(New));
    }

    [Test]
    public void A_new_image_is_on_the_nodes_before_pods_are_replaced()
    {
        var world = new World(r => r) { Nodes = ["n1", "n2", "n3", "n4"] }.Serving(Old).With(2);
        Assert.That(world.Step(), Is.EqualTo(Old));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Pull!.Start, Is.EqualTo(new[] { "n1", "n2", "n3" }), "three at a time");
            Assert.That(world.Pull.Image, Is.EqualTo(New));
            Assert.That(world.Condition("Ready"), Is.EqualTo("True Serving"));
            Assert.That(world.Condition("Reconciling"), Is.EqualTo("True PrePulling"));
        }

        world.Pulling("n1", null).Pulling("n2", "Complete").Pulling("n3", "Failed").Step();
        Assert.That(world.Pull!.Start, Is.EqualTo(new[] { "n4" }));
        Assert.That(world.Decision.NextLook, Is.EqualTo(A.Morning.AddMinutes(30)));
        world.Pulling("n1", "Complete").Pulling("n4", "Complete");
        Assert.That(world.Step(), Is.EqualTo(New), "a pull that failed isn't waited for: the rollout will say why");
    }

    [Test]
    public void A_pull_that_takes_too_long_is_not_waited_for()
    {
        var world = new World(r => r) { Nodes = ["n1"] }.Serving(Old).With(2).Pulling("n1", null);
        Assert.That(world.Step(), Is.EqualTo(Old));
        Assert.That(world.Wait(TimeSpan.FromMinutes(30)).Step(), Is.EqualTo(New));
    }

    [Test]
    public void Nothing_is_pulled_ahead_when_it_is_switched_off_or_for_a_pin()
    {
        var off = new World(r => r with { PrePull = new PrePullSpec { Enabled = false } }) { Nodes = ["n1"] }.Serving(Old).With(2);
        var pinned = new World(r => r with { PinnedBuild = New.Build! }) { Nodes = ["n1"] }.Serving(Old).With(2);
        Assert.That((off.Step(), pinned.Step()), Is.EqualTo((New, New)));
    }

    private static void RolledBack(World world, string why)
    {
        Assert.That(world.Status.RejectedDigests, Is.EqualTo(new[] { New.Digest }));
        Assert.That(world.Step(), Is.EqualTo(Old));
        world.Deploy(Old).Step();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Condition("Stalled"), Is.EqualTo("True RolledBack"));
            Assert.That(world.Message("Stalled"), Does.Contain(why));
            Assert.That(world.Status.ServingImage, Is.EqualTo(Old));
        }

        Assert.That(world.Step(), Is.EqualTo(Old), "and it stays so");
    }

    /// <summary>One GemmaBaseImage, its builds and its workload; <see cref="Step"/> is a reconcile.</summary>
    private sealed class World(Func<RolloutSpec, RolloutSpec> rollout)
    {
        private readonly List<GemmaBuild> builds = [];
        private GemmaBaseImage image = A.BaseImage(s => s with { Rollout = rollout(s.Rollout) }).Knowing(1);
        private Inputs.Known inputs = A.Inputs();
        private Workload workload = Workload.None;
        private DateTime now = A.Morning;

        public GemmaBaseImageStatus Status => image.Status!;

        public RolloutDecision Decision { get; private set; } = new RolloutDecision.Unmanaged();

        public IReadOnlyList<string> Nodes { get; init; } = [];

        public PrePull? Pull => (Decision as RolloutDecision.Serve)?.Pull;

        public World Pulling(string node, string? condition)
        {
            var job = PullJob.For(image, New, node);
            job.Metadata.CreationTimestamp = now;
            job.Status = new V1JobStatus { Conditions = condition is null ? null : [new V1JobCondition { Type = condition, Status = "True" }] };
            workload = workload with { Pulls = [.. workload.Pulls.Where(j => j.Metadata.Name != job.Metadata.Name), job] };
            return this;
        }

        public World Serving(ImageStatus app)
        {
            image = image with { Status = Status with { ServingImage = app } };
            return With(1).Deploy(app);
        }

        public World With(int build, Inputs.Known? changed = null)
        {
            inputs = changed ?? inputs;
            builds.RemoveAll(b => b.Number == build);
            builds.Insert(0, (changed is null ? A.Build(build) : A.Build(build, changed)).Succeeded());
            return this;
        }

        public World Annotate(string approved)
        {
            image.Metadata.Annotations = new Dictionary<string, string> { [ApiGroup.ApproveAnnotation] = approved };
            return this;
        }

        public World Wait(TimeSpan time)
        {
            now += time;
            return this;
        }

        public World Deploy(ImageStatus app, int available = 1, int restarts = 0)
        {
            var deployment = ServingDeployment.For(image, app.Reference);
            deployment.Metadata.Generation = 1;
            deployment.Status = new V1DeploymentStatus { ObservedGeneration = 1, Replicas = 1, UpdatedReplicas = 1, AvailableReplicas = available };
            workload = new Workload { Deployment = deployment, Service = ServingService.For(image), Pods = [.. Nodes.DefaultIfEmpty(string.Empty).Select(n => Pod(app, available > 0, restarts, n))] };
            return this;
        }

        /// <summary>What is to be served.</summary>
        public ImageStatus? Step()
        {
            var snapshot = A.Snapshot(image, inputs, [.. builds], now: now) with { Workload = workload };
            Decision = RolloutPlanner.Decide(snapshot);
            image = image with { Status = ImageStatusFold.Fold(snapshot, ImagePlanner.Decide(snapshot), Decision, new ImageOutcome()) };
            return (Decision as RolloutDecision.Serve)?.Target;
        }

        public string? Condition(string type) => Status.Conditions.FirstOrDefault(c => c.Type == type) is { } c ? $"{c.Status} {c.Reason}" : null;

        public string? Message(string type) => Status.Conditions.FirstOrDefault(c => c.Type == type)?.Message;

        private static V1Pod Pod(ImageStatus app, bool isReady, int restarts, string node) => new()
        {
            Metadata = new V1ObjectMeta { Name = "gemma-x" },
            Spec = new V1PodSpec { NodeName = node, Containers = [new V1Container { Name = ServingDeployment.ContainerName, Image = app.Reference }] },
            Status = new V1PodStatus
            {
                Phase = "Running",
                ContainerStatuses =
                [
                    new V1ContainerStatus
                    {
                        Name = ServingDeployment.ContainerName,
                        Ready = isReady,
                        RestartCount = restarts,
                        LastState = new V1ContainerState { Terminated = restarts > 0 ? new V1ContainerStateTerminated { ExitCode = 139, Reason = "Error" } : null },
                    },
                ],
            },
        };
    }
}
