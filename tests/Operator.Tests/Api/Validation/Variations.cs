using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Requirements;
using GemmaOperator.Api.Routing;
using GemmaOperator.Api.Scanning;
using GemmaOperator.Api.Words;
using k8s.Models;
using Operator.Tests.Builds.Inputs.Locks;
using static Operator.Tests.Api.Validation.Specs;
using Change = System.Func<
    GemmaOperator.Api.BaseImages.GemmaBaseImageSpec,
    GemmaOperator.Api.BaseImages.GemmaBaseImageSpec
>;

namespace Operator.Tests.Api.Validation;

/// <summary>Specs that are right, at the edges of what is.</summary>
internal static class Variations
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    public static IEnumerable<TestCaseData> All()
    {
        yield return Variation("defaults", s => s);
        yield return Variation("macro", s => s with { Schedule = "@weekly", TimeZone = "Europe/Berlin" });
        yield return Variation(
            "Trivy's databases of a registry",
            Scan(s =>
                s with
                {
                    Args = ["--offline-scan", "--quiet"],
                    Env = [new EnvironmentVariable { Name = "TRIVY_PARALLEL", Value = "2" }],
                    Database = new ScanDatabase
                    {
                        Repository = "registry.example/trivy-db:2",
                        JavaRepository = "registry.example/trivy-java-db:1",
                    },
                }
            )
        );
        yield return Variation(
            "Grype's database of an address",
            Scan(s =>
                s with
                {
                    Scanner = ScannerKind.Grype,
                    Database = new ScanDatabase { Url = "https://mirror.example:8443/grype/databases" },
                }
            )
        );
        yield return Variation(
            "a database on a volume",
            Scan(s =>
                s with
                {
                    Scanner = ScannerKind.OSVScanner,
                    Database = new ScanDatabase
                    {
                        Volume = new ScanDatabaseVolume { ClaimName = "osv", Path = "2026-11/current" },
                    },
                }
            )
        );
        yield return Variation(
            "a route and a pool",
            RolloutWith(r =>
                r with
                {
                    Route = new RouteSpec
                    {
                        ParentRefs =
                        [
                            new ParentReference { Name = "a" },
                            new ParentReference
                            {
                                Name = "a",
                                Namespace = "infra",
                                SectionName = "https",
                            },
                        ],
                        Hostnames = ["gemma.example.com", "*.example.com", "localhost"],
                        Path = "/team-a/gemma/",
                        Timeout = "24h",
                    },
                    InferencePool = new InferencePoolSpec
                    {
                        EndpointPickerRef = new EndpointPickerReference { Name = "picker", Port = 65535 },
                    },
                }
            )
        );
        yield return Variation("leap day", s => s with { Schedule = "0 0 29 2 *" });
        yield return Variation("names of days", s => s with { Schedule = "0 9 * * MON-FRI" });
        yield return Variation(
            "the first spec",
            Base(
                new BaseSpec
                {
                    Pytorch = "2.1.0",
                    Cuda = "12.1",
                    Cudnn = "8",
                }
            )
        );
        yield return Variation(
            "a release of tomorrow",
            Base(
                new BaseSpec
                {
                    Pytorch = "3.0.0",
                    Cuda = "15.1",
                    Cudnn = "11",
                }
            )
        );
        yield return Variation(
            "any versions beside an explicit image",
            Base(
                new BaseSpec
                {
                    Image = "nvcr.io/nvidia/pytorch:25.09-py3",
                    Pytorch = "2.9.0",
                    Cuda = "13.1",
                }
            )
        );
        yield return Variation(
            "base by tag and digest",
            Base(new BaseSpec { Image = "localhost:5000/base:1@" + Digest })
        );
        yield return Variation("short name", Base(new BaseSpec { Image = "ubuntu" }));
        yield return Variation(
            "packages",
            s => s with { SystemPackages = ["libstdc++6", "curl=8.5.0-2ubuntu10.6", "g++"] }
        );
        yield return Variation(
            "hashes",
            Python(new RequirementsSpec { Inline = "a==1 \\\n    --hash=sha256:" + Digest[7..], RequireHashes = true })
        );
        yield return Variation(
            "a lock",
            Python(new RequirementsSpec { Inline = ALock.Universal, Format = RequirementsFormat.Pylock })
        );
        yield return Variation(
            "local registry",
            Output(o => o with { Repository = "127.0.0.1:5000/gemma-base", Insecure = true })
        );
        yield return Variation(
            "Artifact Registry",
            Output(o =>
                o with
                {
                    Repository = "europe-west1-docker.pkg.dev/p/agentnav-containers/gemma-base",
                    Credentials = new CredentialsSpec { Type = CredentialsType.WorkloadIdentity },
                }
            )
        );
        yield return Variation(
            "Secret",
            Output(o =>
                o with
                {
                    Credentials = new CredentialsSpec
                    {
                        Type = CredentialsType.Secret,
                        SecretRef = new LocalReference { Name = "push" },
                    },
                }
            )
        );
        yield return Variation(
            "scanner by digest",
            Scan(c => c with { Enabled = true, Image = "docker.io/aquasec/trivy@" + Digest })
        );
        yield return Variation("deadline as long as the start", RolloutWith(r => r with { ProgressDeadline = "30m" }));
        yield return Variation(
            "toleration of all",
            Server(s => s with { Tolerations = [new V1Toleration { OperatorProperty = "Exists" }] })
        );
        yield return Variation("CPU only", Server(s => s with { Gpu = new GpuSpec { Count = 0 } }));
    }

    private static TestCaseData Variation(string name, Change change) =>
        new TestCaseData(change).SetArgDisplayNames(name);
}
