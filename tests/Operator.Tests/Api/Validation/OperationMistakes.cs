using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Api.Workloads;
using k8s.Models;
using static Operator.Tests.Api.Validation.Specs;
using Change = System.Func<
    GemmaOperator.Api.BaseImages.GemmaBaseImageSpec,
    GemmaOperator.Api.BaseImages.GemmaBaseImageSpec
>;

namespace Operator.Tests.Api.Validation;

/// <summary>Mistakes in how an image is built, where it goes, and what serves on it.</summary>
internal static class OperationMistakes
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    public static IEnumerable<TestCaseData> All()
    {
        yield return Mistake(
            "poll too often",
            s => s with { Triggers = new TriggersSpec { BaseDigest = new BaseDigestTrigger { Interval = "30s" } } },
            "spec.triggers.baseDigest.interval"
        );
        yield return Mistake("executor", BuildWith(b => b with { ExecutorImage = "" }), "spec.build.executorImage");
        yield return Mistake(
            "timeout in words",
            BuildWith(b => b with { Timeout = "two hours" }),
            "spec.build.timeout"
        );
        yield return Mistake(
            "scratch without a size",
            BuildWith(b => b with { ScratchSizeLimit = "0" }),
            "spec.build.scratchSizeLimit"
        );
        yield return Mistake(
            "cache with a tag",
            BuildWith(b => b with { Cache = new CacheSpec { Repository = "registry.example.com/cache:1" } }),
            "spec.build.cache.repository"
        );
        yield return Mistake(
            "flag of two words",
            BuildWith(b => b with { ExtraArgs = ["--verbosity=debug --destination=x"] }),
            "spec.build.extraArgs[0]"
        );
        yield return Mistake(
            "memory",
            BuildWith(b =>
                b with
                {
                    Resources = new V1ResourceRequirements
                    {
                        Limits = new Dictionary<string, ResourceQuantity> { ["memory"] = new("-1Gi") },
                    },
                }
            ),
            "spec.build.resources.limits.memory"
        );
        yield return Mistake(
            "memory beyond all measure",
            BuildWith(b =>
                b with
                {
                    Resources = new V1ResourceRequirements
                    {
                        Limits = new Dictionary<string, ResourceQuantity> { ["memory"] = new(new string('9', 32)) },
                    },
                }
            ),
            "spec.build.resources.limits.memory"
        );
        yield return Mistake(
            "node label",
            BuildWith(b => b with { NodeSelector = new Dictionary<string, string> { ["a b"] = "c" } }),
            "spec.build.nodeSelector[\"a b\"]"
        );
        yield return Mistake(
            "toleration of nothing",
            BuildWith(b => b with { Tolerations = [new V1Toleration { OperatorProperty = "Equal", Value = "x" }] }),
            "spec.build.tolerations[0].operator"
        );
        yield return Mistake(
            "repository with a tag",
            Output(o => o with { Repository = "registry.example.com/team/base:1" }),
            "spec.output.repository"
        );
        yield return Mistake(
            "repository with a digest",
            Output(o => o with { Repository = "registry.example.com/team/base@" + Digest }),
            "spec.output.repository"
        );
        yield return Mistake(
            "repository without a registry",
            Output(o => o with { Repository = "team/base" }),
            "spec.output.repository"
        );
        yield return Mistake(
            "repository of one letter",
            Output(o => o with { Repository = "registry.example.com/x" }),
            "spec.output.repository"
        );
        yield return Mistake(
            "repository in capitals",
            Output(o => o with { Repository = "registry.example.com/Team/base" }),
            "spec.output.repository"
        );
        yield return Mistake("no repository", Output(o => o with { Repository = "" }), "spec.output.repository");
        yield return Mistake(
            "alias with a slash",
            Output(o => o with { AliasTags = ["a/b"] }),
            "spec.output.aliasTags[0]"
        );
        yield return Mistake(
            "alias of a build",
            Output(o => o with { AliasTags = ["latest", "b7-abc"] }),
            "spec.output.aliasTags[1]"
        );
        yield return Mistake(
            "Secret without a name",
            Output(o => o with { Credentials = new CredentialsSpec { Type = CredentialsType.Secret } }),
            "spec.output.credentials"
        );
        yield return Mistake(
            "a cloud's identity elsewhere",
            Output(o => o with { Credentials = new CredentialsSpec { Type = CredentialsType.WorkloadIdentity } }),
            "spec.output.credentials.type"
        );
        yield return Mistake(
            "module",
            s => s with { Verification = new VerificationSpec { Imports = ["os; import x"] } },
            "spec.verification.imports[0]"
        );
        yield return Mistake(
            "scanner by tag",
            Scan(c => c with { Enabled = true, Image = "docker.io/aquasec/trivy:0.66.0" }),
            "spec.verification.scan"
        );
        yield return Mistake(
            "exception without a reason",
            Scan(c => c with { Ignore = [new IgnoredVulnerability { Id = "CVE-2026-0001" }] }),
            "spec.verification.scan.ignore[0].reason"
        );
        yield return Mistake(
            "history of one",
            s => s with { Retention = new RetentionSpec { SuccessfulBuilds = 1 } },
            "spec.retention.successfulBuilds"
        );
        yield return Mistake(
            "deadline before the model is loaded",
            RolloutWith(r => r with { ProgressDeadline = "10m" }),
            "spec.rollout"
        );
        yield return Mistake(
            "deletion policy",
            s => s with { DeletionPolicy = WireEnum<DeletionPolicy>.Read("Retain") },
            "spec.deletionPolicy"
        );
        yield return Mistake(
            "mode",
            RolloutWith(r => r with { Mode = WireEnum<RolloutMode>.Read("Automatic") }),
            "spec.rollout.mode"
        );
        yield return Mistake(
            "pinned build",
            RolloutWith(r => r with { PinnedBuild = "Gemma-b1" }),
            "spec.rollout.pinnedBuild"
        );
        yield return Mistake("privileged port", Server(s => s with { Port = 80 }), "spec.rollout.server.port");
        yield return Mistake(
            "same repository",
            Server(s => s with { Repository = "registry.example.com/team/gemma-base" }),
            "spec.rollout.server.repository"
        );
        foreach (var mistake in ModelMistakes.All())
        {
            yield return mistake;
        }

        yield return Mistake(
            "port as a variable",
            Server(s => s with { Env = [new() { Name = "PORT", Value = "1" }] }),
            "spec.rollout.server.env[0].name"
        );
        yield return Mistake(
            "GPU without a domain",
            Server(s => s with { Gpu = new GpuSpec { ResourceName = "gpu" } }),
            "spec.rollout.server.gpu.resourceName"
        );
        yield return Mistake(
            "no GPUs at all",
            Server(s => s with { Gpu = new GpuSpec { Count = -1 } }),
            "spec.rollout.server.gpu.count"
        );
        yield return Mistake(
            "price in words",
            s => s with { Cost = new CostSpec { PricePerMinute = "1e3" } },
            "spec.cost.pricePerMinute"
        );
        yield return Mistake(
            "currency",
            s => s with { Cost = new CostSpec { Currency = "usd" } },
            "spec.cost.currency"
        );
        yield return Mistake(
            "not a number",
            s => s with { Cost = new CostSpec { FullBuildMinutes = double.NaN } },
            "spec.cost.fullBuildMinutes"
        );
    }
}
