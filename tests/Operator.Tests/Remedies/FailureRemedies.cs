using GemmaOperator.Api.Access;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Updates;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Failures;
using k8s.Models;
using Change = System.Func<
    GemmaOperator.Api.BaseImages.GemmaBaseImageSpec,
    GemmaOperator.Api.BaseImages.GemmaBaseImageSpec
>;

namespace Operator.Tests.Remedies;

/// <summary>What the remedies of failed builds ask for, done as they say.</summary>
internal static class FailureRemedies
{
    /// <summary>An object that names all that remedies speak of.</summary>
    public static GemmaBaseImageSpec Spec =>
        new()
        {
            Base = new BaseSpec
            {
                Pytorch = "2.10.0",
                Cuda = "12.8",
                Cudnn = "9",
            },
            SystemPackages = ["curl"],
            Requirements = new RequirementsSpec
            {
                Inline = "numpy==2.1.0",
                ExtraIndexURLs = ["https://dateless.example/simple"],
                MinAge = "168h",
            },
            Build = new BuildSpec { Resources = Memory("8Gi") },
            Output = new OutputSpec { Repository = "registry.example/team/gemma-base" },
            Rollout = new RolloutSpec { Server = new ServerSpec { Image = "registry.example/team/server:1" } },
            Verification = new VerificationSpec
            {
                Scan = new ScanSpec { Enabled = true, Image = Scanner(1) },
            },
        };

    /// <summary>
    /// Each reason with what its remedy asks of the spec, by field; empty where it asks something of others.
    /// </summary>
    public static readonly IReadOnlyDictionary<FailureReason, IReadOnlyList<(string Field, Change Change)>> All =
        new Dictionary<FailureReason, IReadOnlyList<(string, Change)>>
        {
            [FailureReason.OutOfMemory] =
            [
                ("spec.build.resources.limits.memory", s => Build(s, b => b with { Resources = Memory("16Gi") })),
            ],
            [FailureReason.EphemeralStorageExceeded] =
            [
                ("spec.build.scratchSizeLimit", s => Build(s, b => b with { ScratchSizeLimit = "200Gi" })),
            ],
            [FailureReason.Evicted] =
            [
                ("spec.build.priorityClassName", s => Build(s, b => b with { PriorityClassName = "high" })),
            ],
            [FailureReason.NodeLost] = [],
            [FailureReason.InjectedContainerFailed] = [],
            [FailureReason.NotOurs] = [],
            [FailureReason.RegistryUnavailable] = [],
            [FailureReason.ExecutorImagePull] = [Executor],
            [FailureReason.VolumeMountFailed] = [],
            [FailureReason.PodRefused] = [],
            [FailureReason.Unschedulable] =
            [
                ("spec.build.resources", s => Build(s, b => b with { Resources = Memory("2Gi") })),
            ],
            // It can't be changed once it is there; the remedy asks to look, and a request tries again.
            [FailureReason.PushFailed] = [("spec.output.repository", s => s)],
            // What is changed is the operator's configuration: EgressFlowTests.
            [FailureReason.EgressRefused] = [],
            [FailureReason.AuthenticationFailed] =
            [
                (
                    "spec.output.credentials",
                    s =>
                        s with
                        {
                            Output = s.Output with
                            {
                                Credentials = new CredentialsSpec
                                {
                                    Type = CredentialsType.Secret,
                                    SecretRef = new LocalReference { Name = "registry" },
                                },
                            },
                        }
                ),
                PullSecret,
            ],
            [FailureReason.BaseImageNotFound] = [OtherBase("spec.base")],
            [FailureReason.BaseImageUnavailable] = [PullSecret],
            [FailureReason.PackageIndexUnavailable] = [],
            [FailureReason.IndexLacksDates] = [OwnIndex, NoExtraIndex, NoMinAge],
            [FailureReason.PipTooOldForAge] = [OwnIndex, OtherBase("spec.base"), NoMinAge],
            [FailureReason.LockForOtherBase] = [Requirements, OtherBase("spec.base")],
            [FailureReason.DependencyResolutionFailed] = [Requirements],
            [FailureReason.SystemPackageFailed] = [Packages],
            [FailureReason.SystemUpdateFailed] = [OtherBase("spec.base"), NoUpdates],
            [FailureReason.CudaToolkitMissing] =
            [
                ("spec.base.flavor", s => s with { Base = s.Base with { Flavor = BaseFlavor.Devel } }),
                OtherBase("spec.base.image"),
            ],
            [FailureReason.RepositoryKeyRejected] = [OtherBase("spec.base")],
            [FailureReason.CertificateNotTrusted] =
            [
                (
                    "spec.build.caBundleRef",
                    s => Build(s, b => b with { CaBundleRef = new BundleReference { Name = "authorities" } })
                ),
            ],
            [FailureReason.DockerfileStepFailed] = [],
            [FailureReason.TimedOut] = [("spec.build.timeout", s => Build(s, b => b with { Timeout = "4h" }))],
            [FailureReason.JobLost] = [],
            [FailureReason.ExecutorFailed] = [],
            [FailureReason.Canceled] = [],
            [FailureReason.PullTestFailed] = [],
            [FailureReason.RunsAsRoot] =
            [
                ("spec.verification.nonRoot", s => Verify(s, v => v with { NonRoot = NonRootPolicy.Warn })),
            ],
            [FailureReason.ImportFailed] =
            [
                Requirements,
                Packages,
                ("spec.verification.imports", s => Verify(s, v => v with { Imports = ["torch", "numpy"] })),
            ],
            [FailureReason.VersionMismatch] = [OtherBase("spec.base")],
            [FailureReason.HeldPackagesMoved] = [Packages, NoUpdates],
            [FailureReason.SystemUpdatesMissing] = [NoUpdates],
            [FailureReason.VulnerabilitiesFound] =
            [
                (
                    "spec.verification.scan.ignore",
                    s =>
                        Scan(
                            s,
                            scan =>
                                scan with
                                {
                                    Ignore =
                                    [
                                        new IgnoredVulnerability
                                        {
                                            Id = "CVE-2026-1234",
                                            Reason = "not reachable",
                                            Expires = A.Morning.AddMonths(2),
                                        },
                                    ],
                                }
                        )
                ),
            ],
            [FailureReason.ScannerUnavailable] =
            [
                ("spec.verification.scan.image", s => Scan(s, scan => scan with { Image = Scanner(2) })),
                (
                    "spec.verification.scan.onScannerError",
                    s => Scan(s, scan => scan with { OnScannerError = ScannerErrorPolicy.Warn })
                ),
            ],
        };

    private static (string, Change) Executor =>
        ("spec.build.executorImage", s => Build(s, b => b with { ExecutorImage = "registry.example/kaniko:2" }));

    private static (string, Change) PullSecret =>
        (
            "spec.base.pullSecretRef",
            s => s with { Base = s.Base with { PullSecretRef = new LocalReference { Name = "registry" } } }
        );

    private static (string, Change) Requirements =>
        ("spec.requirements", s => s with { Requirements = new RequirementsSpec { Inline = "numpy==2.2.0" } });

    private static (string, Change) OwnIndex =>
        Index("indexURL", r => r with { IndexURL = "https://dated.example/simple" });

    private static (string, Change) NoExtraIndex => Index("extraIndexURLs", r => r with { ExtraIndexURLs = [] });

    private static (string, Change) NoMinAge => Index("minAge", r => r with { MinAge = null });

    private static (string, Change) Index(string field, Func<RequirementsSpec, RequirementsSpec> change) =>
        ($"spec.requirements.{field}", s => s with { Requirements = change(s.Requirements!) });

    private static (string, Change) Packages => ("spec.systemPackages", s => s with { SystemPackages = ["git"] });

    private static (string, Change) NoUpdates =>
        (
            "spec.systemUpdates.policy",
            s => s with { SystemUpdates = new SystemUpdatesSpec { Policy = SystemUpdatePolicy.None } }
        );

    private static (string, Change) OtherBase(string field) =>
        (field, s => s with { Base = new BaseSpec { Image = "registry.example/base:devel" } });

    private static string Scanner(int n) => $"registry.example/trivy@{A.Digest(n)}";

    private static V1ResourceRequirements Memory(string limit) =>
        new() { Limits = new Dictionary<string, ResourceQuantity>(StringComparer.Ordinal) { ["memory"] = new(limit) } };

    private static GemmaBaseImageSpec Build(GemmaBaseImageSpec spec, Func<BuildSpec, BuildSpec> change) =>
        spec with
        {
            Build = change(spec.Build),
        };

    private static GemmaBaseImageSpec Verify(
        GemmaBaseImageSpec spec,
        Func<VerificationSpec, VerificationSpec> change
    ) => spec with { Verification = change(spec.Verification) };

    private static GemmaBaseImageSpec Scan(GemmaBaseImageSpec spec, Func<ScanSpec, ScanSpec> change) =>
        Verify(spec, v => v with { Scan = change(v.Scan) });
}
