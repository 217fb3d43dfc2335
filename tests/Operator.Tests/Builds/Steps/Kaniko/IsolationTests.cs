using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Isolation;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Reconcile;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Staging;
using k8s;
using k8s.Models;

namespace Operator.Tests.Builds.Steps.Kaniko;

/// <summary>What the container that runs the code of packages can get at, and how its pod fails.</summary>
internal sealed class IsolationTests
{
    private static readonly BuildOptions Options = new() { OperatorImage = "registry.example/operator:1" };

    [Test]
    public void The_container_that_runs_the_code_of_packages_holds_no_credential()
    {
        var job = KanikoJob.For(BuildExamples.Build(BuildExamples.FullSpec), 1, Options, hasOwnCredentials: true);
        var pod = job.Spec.Template.Spec;
        var executor = pod.InitContainers.Single(c => c.Name == KanikoJob.Container);
        var secrets = pod.Volumes.Where(v => v.Secret is not null).Select(v => v.Name).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(secrets, Has.Count.EqualTo(2), "to push, and to pull the base");
            Assert.That(executor.VolumeMounts.Select(m => m.Name), Is.EqualTo(["context", "context", "scratch"]));
            Assert.That(executor.Env.Select(e => e.Name), Has.None.Contains("DOCKER").And.None.Contains("AWS"));
            Assert.That(executor.Env.All(e => e.ValueFrom is null) && executor.EnvFrom is null, Is.True);
            Assert.That(
                executor.SecurityContext.Capabilities.Add,
                Has.None.AnyOf("NET_RAW", "SYS_PTRACE", "NET_ADMIN")
            );
            Assert.That(pod.AutomountServiceAccountToken, Is.False, "with an account, too");
            Assert.That(
                (pod.EnableServiceLinks, pod.ShareProcessNamespace, pod.HostNetwork),
                Is.EqualTo((false, (bool?)null, (bool?)null))
            );
            Assert.That(
                executor.Args.Where(a => a.StartsWith("--destination=", StringComparison.Ordinal)),
                Has.All.StartsWith($"--destination={StagingNames.Host}/")
            );
            Assert.That(
                executor.Args.Where(a => a.StartsWith("--cache-repo=", StringComparison.Ordinal)),
                Has.All.StartsWith($"--cache-repo={StagingNames.Host}/")
            );
        }
    }

    [TestCase(true, BuildIsolation.Isolated)]
    [TestCase(true, BuildIsolation.Legacy)]
    [TestCase(false, BuildIsolation.Isolated)]
    public void Root_in_a_build_is_nobody_on_the_node_where_the_operator_is_told_so(bool told, BuildIsolation isolation)
    {
        var build = BuildExamples.Build(
            BuildExamples.FullSpec with
            {
                Build = BuildExamples.FullSpec.Build with { Isolation = WireEnum<BuildIsolation>.From(isolation) },
            }
        );
        var pod = KanikoJob.For(build, 1, Options with { UserNamespaces = told }).Spec.Template.Spec;
        Assert.That(pod.HostUsers, Is.EqualTo(told ? false : (bool?)null));
    }

    [Test]
    public void What_holds_credentials_shares_no_folder_with_the_code_of_packages()
    {
        var pod = KanikoJob.For(BuildExamples.Build(BuildExamples.FullSpec), 1, Options).Spec.Template.Spec;
        var executor = pod.InitContainers.Single(c => c.Name == KanikoJob.Container);
        V1Container[] trusted = [pod.InitContainers[0], pod.Containers.Single()];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(trusted.Select(c => c.Name), Is.EqualTo([IsolatedPod.Stager, IsolatedPod.Publisher]));
            foreach (var own in trusted)
            {
                Assert.That(own.Image, Is.EqualTo(Options.OperatorImage));
                Assert.That(
                    own.VolumeMounts.Select(m => m.Name).Intersect(executor.VolumeMounts.Select(m => m.Name)),
                    Is.Empty
                );
                Assert.That(
                    (own.SecurityContext.RunAsNonRoot, own.SecurityContext.ReadOnlyRootFilesystem),
                    Is.EqualTo((true, true))
                );
                Assert.That(
                    own.VolumeMounts.Count(m => m.MountPath.StartsWith("/credentials/", StringComparison.Ordinal)),
                    Is.EqualTo(2)
                );
            }
        }
    }

    [TestCase("", null, true)]
    [TestCase("europe-west1-docker.pkg.dev/p/agentnav-containers/gemma-base/layers", null, true)]
    [TestCase("europe-west1-docker.pkg.dev/p/agentnav-containers/gemma-base-of-others/cache", null, false)]
    [TestCase("registry.example/shared/cache", null, false)]
    [TestCase("registry.example/shared/cache", CacheAccess.ReadWrite, true)]
    [TestCase("", CacheAccess.ReadOnly, false)]
    public void The_cache_of_others_is_written_only_where_that_is_asked_for(
        string repository,
        CacheAccess? access,
        bool isWritten
    )
    {
        var spec = BuildExamples.Spec with
        {
            Build = new BuildSpec
            {
                Cache = new CacheSpec { Repository = repository, Access = access is { } a ? a : null },
            },
        };
        var pod = KanikoJob.For(BuildExamples.Build(spec), 1, Options).Spec.Template.Spec;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(pod.Containers[0].Args.Contains("--write-cache"), Is.EqualTo(isWritten));
            Assert.That(pod.InitContainers[1].Args.Contains("--no-push-cache=true"), Is.EqualTo(!isWritten));
        }
    }

    [TestCase(null, CredentialsType.Secret, true, null)]
    [TestCase(null, CredentialsType.Secret, false, "--operator-image")]
    [TestCase(BuildIsolation.Legacy, CredentialsType.Secret, false, null)]
    [TestCase(null, CredentialsType.WorkloadIdentity, false, null)]
    [TestCase(BuildIsolation.Isolated, CredentialsType.WorkloadIdentity, true, "WorkloadIdentity")]
    public void What_keeps_builds_from_being_isolated_is_said_with_the_field(
        BuildIsolation? isolation,
        CredentialsType credentials,
        bool knowsOwnImage,
        string? says
    )
    {
        var spec = BuildExamples.Spec with
        {
            Build = new BuildSpec { Isolation = isolation is { } i ? i : null },
            Output = BuildExamples.Spec.Output with { Credentials = new CredentialsSpec { Type = credentials } },
        };
        var problem = IsolationCheck.Of(spec, knowsOwnImage);
        Assert.That(
            problem,
            says is null ? Is.Null : Does.StartWith("spec.build.isolation: ").And.Contain(says).And.Contain("Legacy")
        );
    }

    [TestCase("team.azurecr.io/base", CredentialsType.WorkloadIdentity, true)]
    [TestCase("team.azurecr.io/base", CredentialsType.Secret, false)]
    [TestCase("eu-docker.pkg.dev/p/base", CredentialsType.WorkloadIdentity, false)]
    public void Pods_ask_Azure_s_webhook_for_an_identity_where_they_push_with_it(
        string repository,
        CredentialsType type,
        bool isAsked
    )
    {
        var spec = BuildExamples.Spec with
        {
            Output = BuildExamples.Spec.Output with
            {
                Repository = repository,
                Credentials = new CredentialsSpec { Type = type },
            },
        };
        var labels = KanikoJob.For(BuildExamples.Build(spec), 1, Options).Spec.Template.Metadata.Labels;
        Assert.That(labels.ContainsKey("azure.workload.identity/use"), Is.EqualTo(isAsked));
    }

    [TestCase(RegistryError.Unauthorized, "AuthenticationFailed", false)]
    [TestCase(RegistryError.Denied, "AuthenticationFailed", false)]
    [TestCase(RegistryError.Unavailable, "PushFailed", true)]
    [TestCase(RegistryError.Invalid, "PushFailed", false)]
    [TestCase(null, "PushFailed", false)]
    public void A_push_that_is_refused_is_told_in_the_registrys_words(
        RegistryError? error,
        string reason,
        bool isTransient
    )
    {
        var report = new PushReport(error, "PUT registry.example/team/a: 401").Write();
        var failure = Classify(Ended(0, ""), Ended(1, report));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((failure.Reason.Name, failure.IsTransient), Is.EqualTo((reason, isTransient)));
            Assert.That(failure.Detail, Does.Contain("registry.example/team/a: 401"));
            Assert.That(failure.Failure.Container, Is.EqualTo(IsolatedPod.Publisher));
        }
    }

    [Test]
    public void An_executor_that_fails_is_told_by_its_own_log()
    {
        var failure = Classify(
            Ended(1, "error building image: write /scratch/x: no space left on device"),
            new V1ContainerState { Waiting = new V1ContainerStateWaiting { Reason = "PodInitializing" } }
        );
        Assert.That(failure.Reason, Is.EqualTo(FailureReason.EphemeralStorageExceeded));
    }

    [Test]
    public void A_full_staging_volume_is_told_as_a_full_disk()
    {
        var observed = Observed(Ended(137, ""), Ended(137, ""));
        observed.NewestPod!.Status.Reason = "Evicted";
        observed.NewestPod.Status.Message = "Usage of EmptyDir volume \"staging\" exceeds the limit \"100Gi\". ";
        Assert.That(Classify(observed).Reason, Is.EqualTo(FailureReason.EphemeralStorageExceeded));
    }

    [Test]
    public void A_build_that_goes_on_in_an_init_container_has_started()
    {
        var observed = Observed(
            new V1ContainerState { Running = new V1ContainerStateRunning() },
            new V1ContainerState { Waiting = new V1ContainerStateWaiting { Reason = "PodInitializing" } }
        );
        observed.NewestPod!.Status.Phase = "Pending";
        var pulled = observed with
        {
            Events = [new ObjectEvent(observed.NewestPod.Metadata.Name, "Failed", "Failed to pull image")],
        };
        Assert.That(PodStartProblem.Read(pulled), Is.Null, "an image that didn't come at first has come since");
    }

    private static ClassifiedFailure Classify(V1ContainerState executor, V1ContainerState publisher) =>
        Classify(Observed(executor, publisher));

    private static ClassifiedFailure Classify(ObservedJob observed) =>
        KanikoStep.Instance.Classify(
            Given.Snapshot(BuildExamples.Build(BuildExamples.Spec), jobs: [observed.Job], pods: observed.Pods),
            observed
        );

    private static ObservedJob Observed(V1ContainerState executor, V1ContainerState publisher)
    {
        var job = KanikoJob.For(BuildExamples.Build(BuildExamples.Spec), 1, Options);
        var pod = new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = $"{job.Metadata.Name}-x", CreationTimestamp = A.Morning },
            Spec = KubernetesJson.Deserialize<V1PodSpec>(KubernetesJson.Serialize(job.Spec.Template.Spec)),
            Status = new V1PodStatus
            {
                Phase = "Failed",
                InitContainerStatuses =
                [
                    Status(IsolatedPod.Stager, Ended(0, ""), isReady: true),
                    Status(KanikoJob.Container, executor),
                ],
                ContainerStatuses = [Status(IsolatedPod.Publisher, publisher)],
            },
        };
        return new ObservedJob(job, [pod], []);
    }

    private static V1ContainerStatus Status(string name, V1ContainerState state, bool isReady = false) =>
        new()
        {
            Name = name,
            State = state,
            Ready = isReady,
        };

    private static V1ContainerState Ended(int code, string message) =>
        new()
        {
            Terminated = new V1ContainerStateTerminated
            {
                ExitCode = code,
                Message = message,
                Reason = code == 0 ? "Completed" : "Error",
            },
        };
}
