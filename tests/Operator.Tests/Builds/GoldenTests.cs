using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Isolation;
using GemmaOperator.Api.Models;
using GemmaOperator.Api.Scanning;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Scan;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Registry.Access;
using k8s;
using Operator.Tests.BaseImages.Weights;

namespace Operator.Tests.Builds;

internal sealed class GoldenTests
{
    private static BuildOptions Mirrored =>
        new()
        {
            Mirrors = RegistryMirrors.TryParse(["docker.io=127.0.0.1:5000/mirror"], out var mirrors, out _)
                ? mirrors
                : RegistryMirrors.None,
            InsecureHosts = ["localhost:5001"],
        };

    [Test]
    public void The_plain_Dockerfile_is_as_agreed() =>
        Golden.Matches("plain.Dockerfile", BuildExamples.Build(BuildExamples.Spec).Spec!.Resolved.Dockerfile);

    [Test]
    public void The_full_Dockerfile_is_as_agreed() =>
        Golden.Matches("full.Dockerfile", BuildExamples.Build(BuildExamples.FullSpec).Spec!.Resolved.Dockerfile);

    [Test]
    public void A_teams_own_Dockerfile_gets_user_labels_and_the_place_of_torch() =>
        Golden.Matches(
            "own.Dockerfile",
            BuildExamples
                .Build(
                    BuildExamples.Spec,
                    "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nARG CACHE_EPOCH\nRUN echo \"$CACHE_EPOCH\""
                )
                .Spec!.Resolved.Dockerfile
        );

    [Test]
    public void The_plain_Job_is_as_agreed() =>
        Golden.Matches(
            "plain.job.yaml",
            KubernetesYaml.Serialize(KanikoJob.For(BuildExamples.Build(BuildExamples.Spec), 1, new BuildOptions()))
        );

    [Test]
    public void The_full_Job_is_as_agreed() =>
        Golden.Matches(
            "full.job.yaml",
            KubernetesYaml.Serialize(KanikoJob.For(BuildExamples.Build(BuildExamples.FullSpec), 2, Mirrored))
        );

    [Test]
    public void The_Job_that_is_not_isolated_is_as_agreed()
    {
        var spec = BuildExamples.FullSpec;
        spec = spec with { Build = spec.Build with { Isolation = BuildIsolation.Legacy } };
        Golden.Matches(
            "legacy.job.yaml",
            KubernetesYaml.Serialize(KanikoJob.For(BuildExamples.Build(spec), 2, Mirrored))
        );
    }

    [Test]
    public void The_verification_Job_is_as_agreed() =>
        Golden.Matches("verify.job.yaml", Verification(new VerificationTemplate { Pytorch = "2.10.0", Cuda = "12.8" }));

    [Test]
    public void The_verification_Job_with_a_GPU_is_as_agreed() =>
        Golden.Matches(
            "verify-gpu.job.yaml",
            Verification(
                new VerificationTemplate
                {
                    PullTest = new PullTestSpec { RequireGPU = true, Timeout = "10m" },
                    NonRoot = NonRootPolicy.Warn,
                    Imports = ["torch", "transformers"],
                    Gpu = new GpuPlacement
                    {
                        ResourceName = "nvidia.com/gpu",
                        NodeSelector = new Dictionary<string, string>(StringComparer.Ordinal) { ["gpu"] = "l4" },
                        RuntimeClassName = "nvidia",
                    },
                }
            )
        );

    [Test]
    public void The_workload_is_as_agreed()
    {
        var image = A.BaseImage(s =>
            s with
            {
                Rollout = s.Rollout with
                {
                    Server = s.Rollout.Server with
                    {
                        Replicas = 2,
                        NodeSelector = new Dictionary<string, string>(StringComparer.Ordinal) { ["gpu"] = "l4" },
                        Model = s.Rollout.Server.Model with { ExistingClaim = "gemma-weights" },
                    },
                },
            }
        );
        Golden.Matches(
            "serving.yaml",
            string.Join(
                "\n---\n",
                new object[]
                {
                    ServingDeployment.Render(
                        image,
                        ServingTemplate.For(image, "registry.example/team/gemma-base-service@sha256:0000")
                    ),
                    ServingService.Render(image),
                    ServingBudget.Render(image, null)!,
                }.Select(KubernetesYaml.Serialize)
            )
        );
    }

    [Test]
    public void The_fetch_of_weights_is_as_agreed()
    {
        var image = Weighed.Image(new ModelSpec { Hub = Weighed.Hub }, Weighed.Resolved());
        var work = ModelWork.Decide(Weighed.Snapshot(image), Weighed.Target, [])!;
        Golden.Matches(
            "fetch.yaml",
            string.Join("\n---\n", new object[] { work.Claim!, work.Job! }.Select(KubernetesYaml.Serialize))
        );
    }

    [TestCase(ScannerKind.Trivy)]
    [TestCase(ScannerKind.Grype)]
    [TestCase(ScannerKind.OSVScanner)]
    public void The_scan_Job_is_as_agreed(ScannerKind scanner)
    {
        var job = ScanJob.For(
            BuildExamples.Build(BuildExamples.FullSpec),
            new ImageStatus { Reference = "registry.example/team/gemma-base@sha256:0000", Digest = "sha256:0000" },
            new ScanSpec
            {
                Enabled = true,
                Scanner = scanner,
                Image = $"registry.example/{scanner.ToString().ToLowerInvariant()}@sha256:1111",
                Ignore =
                [
                    new IgnoredVulnerability
                    {
                        Id = "CVE-2026-0001",
                        Reason = "not reachable",
                        Expires = A.Morning.AddDays(1),
                    },
                    new IgnoredVulnerability
                    {
                        Id = "CVE-2026-0002",
                        Reason = "was not reachable",
                        Expires = A.Morning.AddDays(-1),
                    },
                    new IgnoredVulnerability { Id = "CVE-2026-0003", Reason = "disputed" },
                ],
            },
            "registry.example/gemma-operator:1.0.0",
            isInsecure: scanner == ScannerKind.Grype,
            attempt: 1,
            A.Morning
        );
        if (job.Spec.Template.Spec.InitContainers is [var lister])
        {
            lister.Args[0] = "(packages.py)";
        }

        Golden.Matches($"scan-{scanner.ToString().ToLowerInvariant()}.job.yaml", KubernetesYaml.Serialize(job));
    }

    [TestCase(ScannerKind.Trivy)]
    [TestCase(ScannerKind.Grype)]
    [TestCase(ScannerKind.OSVScanner)]
    public void The_scan_Job_without_the_internet_is_as_agreed(ScannerKind scanner)
    {
        var job = ScanJob.For(
            BuildExamples.Build(BuildExamples.FullSpec),
            new ImageStatus { Reference = "registry.example/team/gemma-base@sha256:0000", Digest = "sha256:0000" },
            new ScanSpec
            {
                Enabled = true,
                Scanner = scanner,
                Image = "registry.example/scanner@sha256:1111",
                Args = scanner == ScannerKind.OSVScanner ? ["--verbosity=debug"] : ["--quiet"],
                Env = [new EnvironmentVariable { Name = "GOGC", Value = "$(HOME)" }],
                Database = new ScanDatabase
                {
                    Volume = new ScanDatabaseVolume { ClaimName = "databases", Path = "scanners/current" },
                },
            },
            "registry.example/gemma-operator:1.0.0",
            isInsecure: false,
            attempt: 1,
            A.Morning
        );
        var lister = job.Spec.Template.Spec.InitContainers.FirstOrDefault(c => c.Name == ScanJob.Lister);
        if (lister is not null)
        {
            lister.Args[0] = "(packages.py)";
        }

        Golden.Matches($"scan-{scanner.ToString().ToLowerInvariant()}-volume.job.yaml", KubernetesYaml.Serialize(job));
    }

    private static string Verification(VerificationTemplate verification)
    {
        var job = VerifyJob.For(
            BuildExamples.Build(BuildExamples.FullSpec),
            new ImageStatus { Reference = "registry.example/team/gemma-base@sha256:0000", Digest = "sha256:0000" },
            verification,
            1
        );
        // Its text is tested by running it.
        job.Spec.Template.Spec.Containers[0].Args[0] = "(verify.py)";
        return KubernetesYaml.Serialize(job);
    }

    [Test]
    public void The_ConfigMap_is_as_agreed() =>
        Golden.Matches(
            "context.yaml",
            KubernetesYaml.Serialize(BuildContext.For(BuildExamples.Build(BuildExamples.Spec)))
        );

    [Test]
    public void The_merged_Secret_is_as_agreed() =>
        Golden.Matches(
            "auth.yaml",
            KubernetesYaml.Serialize(
                BuildCredentials.Merged(BuildExamples.Build(BuildExamples.FullSpec), "{}"u8.ToArray())
            )
        );
}
