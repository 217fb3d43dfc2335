using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Models;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Scan;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Cluster.Authenticity;
using k8s;
using k8s.Models;
using Operator.Tests.BaseImages.Weights;
using Operator.Tests.Builds;

namespace Operator.Tests.Cluster.Authenticity;

/// <summary>A Job or a pod is ours by what it runs, never by its name, its labels or its owner.</summary>
internal sealed class ForgedJobTests
{
    private static readonly ImageStatus Candidate = new()
    {
        Reference = "registry.example/team/gemma-base@" + A.Digest(7),
        Digest = A.Digest(7),
    };

    private static readonly string[] Steps = ["build", "verify", "scan", "lister", "fetch"];

    private static readonly (string Name, Action<V1Job> Change, string Field)[] Forgeries =
    [
        ("another image", j => First(j).Image = "evil.example/x:1", "image"),
        ("another digest", j => First(j).Image = $"registry.example/team/gemma-base@{A.Digest(8)}", "image"),
        ("another program", j => First(j).Command = ["/bin/sh", "-c"], "command"),
        ("another argument", j => First(j).Args = [.. First(j).Args ?? [], "--quiet"], "args"),
        ("another directory", j => First(j).WorkingDir = "/evil", "workingDir"),
        (
            "a variable",
            j => First(j).Env = [.. First(j).Env ?? [], new() { Name = "LD_PRELOAD", Value = "/x.so" }],
            "env["
        ),
        (
            "variables of a ConfigMap",
            j => First(j).EnvFrom = [new V1EnvFromSource { ConfigMapRef = new V1ConfigMapEnvSource { Name = "x" } }],
            "envFrom"
        ),
        (
            "a hook at its start",
            j =>
                First(j).Lifecycle = new V1Lifecycle
                {
                    PostStart = new V1LifecycleHandler { Exec = new V1ExecAction { Command = ["sh"] } },
                },
            "lifecycle"
        ),
        (
            "a probe",
            j => First(j).LivenessProbe = new V1Probe { Exec = new V1ExecAction { Command = ["sh"] } },
            "livenessProbe"
        ),
        ("another last word", j => First(j).TerminationMessagePath = "/x", "terminationMessagePath"),
        ("privilege", j => First(j).SecurityContext.Privileged = true, "privileged"),
        (
            "a file over a program",
            j => Mount(j, new V1VolumeMount { Name = "x", MountPath = "/usr/bin/python3" }),
            "volumeMounts["
        ),
        (
            "a file over its last word",
            j => Mount(j, new V1VolumeMount { Name = "x", MountPath = "/dev" }),
            "volumeMounts["
        ),
        ("a missing container", j => First(j).Name = "other", "containers["),
        ("a twin", j => Pod(j).Containers.Add(new V1Container { Name = First(j).Name }), "containers["),
        ("an account", j => Pod(j).ServiceAccountName = "admin", "serviceAccountName"),
        ("the host's processes", j => Pod(j).HostPID = true, "hostPID"),
        ("shared processes", j => Pod(j).ShareProcessNamespace = true, "shareProcessNamespace"),
        ("pods of others", j => j.Spec.ManualSelector = true, "manualSelector"),
        ("another controller", j => j.Spec.ManagedBy = "evil.example/controller", "managedBy"),
        ("another success", j => j.Spec.SuccessPolicy = new V1SuccessPolicy(), "successPolicy"),
        ("retries", j => j.Spec.BackoffLimit = 6, "backoffLimit"),
        ("two pods", j => j.Spec.Completions = 2, "completions"),
    ];

    [Test]
    public void What_a_Job_runs_is_compared_for_every_step()
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var step in Steps)
            {
                Assert.That(ContentMatch.Difference(Render(step), Render(step)), Is.Null, step);
                foreach (var (name, change, field) in Forgeries)
                {
                    var live = Render(step);
                    change(live);
                    Assert.That(ContentMatch.Difference(Render(step), live), Does.Contain(field), $"{step}: {name}");
                }
            }
        }
    }

    [Test]
    public void What_admission_adds_to_a_Job_doesn_t_make_it_another()
    {
        foreach (var step in Steps)
        {
            var live = Render(step);
            Admit(live);
            live.Spec.TtlSecondsAfterFinished = 60;
            live.Spec.Suspend = true;
            Pod(live).ServiceAccountName ??= "default";
            Assert.That(ContentMatch.Difference(Render(step), live), Is.Null, step);
        }
    }

    [Test]
    public void What_admission_makes_of_a_pod_is_believed_and_what_a_forger_makes_isn_t()
    {
        foreach (var step in Steps)
        {
            var live = Render(step);
            Admit(live);
            var pod = Pod(live);
            pod.Containers.Insert(0, new V1Container { Name = "istio-proxy", Image = "istio/proxyv2:1" });
            First(live, step).Env = [.. First(live, step).Env ?? [], new() { Name = "OTEL_SERVICE", Value = "x" }];
            Assert.That(PodMatch.Difference(Pod(Render(step)), pod, Tolerance.Admission), Is.Null, step);

            pod.Containers[0].VolumeMounts = [new V1VolumeMount { Name = pod.Volumes[0].Name, MountPath = "/x" }];
            Assert.That(
                PodMatch.Difference(Pod(Render(step)), pod, Tolerance.Admission),
                Does.Contain("istio-proxy"),
                $"{step}: it writes into a volume of ours"
            );
            pod.Containers[0].VolumeMounts = null;
            pod.EphemeralContainers = [new V1EphemeralContainer { Name = "debugger" }];
            Assert.That(
                PodMatch.Difference(Pod(Render(step)), pod, Tolerance.Admission),
                Is.EqualTo("ephemeralContainers")
            );
        }
    }

    [TestCase("r.example/a/b:1", "r.example/a/b:1@DIGEST", true, true)]
    [TestCase("r.example/a/b:1", "r.example/a/b@DIGEST", true, true)]
    [TestCase("r.example/a/b:1", "mirror.example/hub/a/b:1", false, true)]
    [TestCase("r.example/a/b:1", "mirror.example/b:1", false, false)]
    [TestCase("r.example/a/b:1", "r.example/a/b:2", false, false)]
    [TestCase("r.example/a/b:1", "r.example/a/b", false, false)]
    [TestCase("r.example/a/b@DIGEST", "mirror.example/x@DIGEST", true, true)]
    [TestCase("r.example/a/b@DIGEST", "r.example/a/b:1", false, false)]
    [TestCase("r.example/a/b:1", "", false, false)]
    public void An_image_is_told_by_its_digest_or_by_where_it_is(string wanted, string live, bool inJob, bool inPod)
    {
        string Filled(string text) => text.Replace("DIGEST", A.Digest(3), StringComparison.Ordinal);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ImageMatch.IsSame(Filled(wanted), Filled(live), Tolerance.Adoption), Is.EqualTo(inJob));
            Assert.That(ImageMatch.IsSame(Filled(wanted), Filled(live), Tolerance.Admission), Is.EqualTo(inPod));
        }
    }

    /// <summary>Does what hooks and the API server's own plugins do to Jobs and pods.</summary>
    private static void Admit(V1Job job)
    {
        var pod = Pod(job);
        pod.Volumes = [.. pod.Volumes, new V1Volume { Name = "kube-api-access-x" }];
        pod.Tolerations = [.. pod.Tolerations ?? [], new V1Toleration { Key = "pool" }];
        pod.SchedulerName = "default-scheduler";
        pod.DnsPolicy = "ClusterFirst";
        foreach (var container in pod.Containers.Concat(pod.InitContainers ?? []))
        {
            container.ImagePullPolicy = "IfNotPresent";
            container.TerminationMessagePath ??= "/dev/termination-log";
            container.TerminationMessagePolicy ??= "File";
            container.Env =
            [
                .. container.Env ?? [],
                new V1EnvVar { Name = "HTTPS_PROXY", Value = "http://proxy:3128" },
            ];
            container.VolumeMounts =
            [
                .. container.VolumeMounts ?? [],
                new V1VolumeMount
                {
                    Name = "kube-api-access-x",
                    MountPath = "/var/run/secrets/kubernetes.io/serviceaccount",
                },
            ];
            container.Resources = new V1ResourceRequirements();
        }
    }

    private static V1Job Render(string step)
    {
        var build = BuildExamples.Build(BuildExamples.FullSpec);
        var job = step switch
        {
            "build" => KanikoJob.For(build, 1, new BuildOptions()),
            "verify" => VerifyJob.For(build, Candidate, new VerificationTemplate { Imports = ["torch"] }, 1),
            "scan" => Scanned(build, ScannerKind.Trivy),
            "lister" => Scanned(build, ScannerKind.OSVScanner),
            _ => ModelWork
                .Decide(
                    Weighed.Snapshot(Weighed.Image(new ModelSpec { Hub = Weighed.Hub }, Weighed.Resolved())),
                    Weighed.Target,
                    []
                )!
                .Job!,
        };
        return KubernetesJson.Deserialize<V1Job>(KubernetesJson.Serialize(job));
    }

    private static V1Job Scanned(GemmaBuild build, ScannerKind scanner) =>
        ScanJob.For(
            build,
            Candidate,
            new ScanSpec { Scanner = scanner, Image = "scanner.example/x:1" },
            "registry.example/gemma-operator:1.0.0",
            isInsecure: false,
            attempt: 1,
            A.Morning
        );

    private static V1PodSpec Pod(V1Job job) => job.Spec.Template.Spec;

    private static V1Container First(V1Job job) => Pod(job).Containers[0];

    private static V1Container First(V1Job job, string step) =>
        Pod(job).Containers.Single(c => c.Name == First(Render(step)).Name);

    private static void Mount(V1Job job, V1VolumeMount mount) =>
        First(job).VolumeMounts = [.. First(job).VolumeMounts ?? [], mount];
}
