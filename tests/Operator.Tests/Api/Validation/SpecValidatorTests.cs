using System.Text.RegularExpressions;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Validation;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Text;
using k8s.Models;
using static GemmaOperator.Api.Words.ImageReason.Stalled;
using static Operator.Tests.Api.Validation.Specs;
using Change = System.Func<
    GemmaOperator.Api.BaseImages.GemmaBaseImageSpec,
    GemmaOperator.Api.BaseImages.GemmaBaseImageSpec
>;

namespace Operator.Tests.Api.Validation;

internal sealed class SpecValidatorTests
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [TestCaseSource(nameof(Mistakes))]
    public void A_mistake_is_named_with_its_field_and_reason(Change mistake, string path, string reason)
    {
        var errors = SpecCheck.Of(Image(mistake));
        Assert.Multiple(() =>
        {
            Assert.That(errors.Select(e => e.Path).Distinct(), Is.EqualTo(new[] { path }));
            Assert.That(errors.Select(e => e.Reason).Distinct(), Is.EqualTo(new[] { reason }));
            Assert.That(errors.Select(e => e.Problem + e.Remedy), Is.All.Not.Contains('\n'));
        });
    }

    [TestCaseSource(nameof(Mistakes))]
    public void A_named_field_is_one_of_the_schema_s(Change mistake, string path, string reason)
    {
        var field = Regex.Replace(path, @"\[[0-9]+\]", "[]", RegexOptions.None, TimeSpan.FromSeconds(1));
        field = Regex.Replace(
            field,
            @"\[""[^""]*""\]|(?<=limits|requests)\..*| line \d+",
            "",
            RegexOptions.None,
            TimeSpan.FromSeconds(1)
        );
        Assert.That(CrdFile.BaseImages.Fields().Select(f => f.Path), Does.Contain(field), reason);
    }

    [TestCaseSource(nameof(Variations))]
    public void What_is_right_is_left_alone(Change variation) =>
        Assert.That(SpecCheck.Of(Image(variation)).Select(e => e.ToString()), Is.Empty);

    [Test]
    public void All_mistakes_are_told_at_once()
    {
        var errors = SpecCheck.Of(
            Image(s =>
                s with
                {
                    Schedule = "every monday",
                    TimeZone = "Mars/Olympus",
                    Base = new BaseSpec { Image = "Registry/Image" },
                    User = new UserSpec { Uid = 0 },
                }
            )
        );
        Assert.That(
            errors.Select(e => (e.Path, e.Reason)),
            Is.EquivalentTo(
                new[]
                {
                    ("spec.schedule", InvalidSchedule),
                    ("spec.timeZone", InvalidSchedule),
                    ("spec.base.image", InvalidBaseReference),
                    ("spec.user.uid", InvalidSpec),
                }
            )
        );
    }

    [Test]
    public void A_missing_spec_is_a_finding() =>
        Assert.That(
            SpecCheck.Of(new GemmaBaseImage { Metadata = new V1ObjectMeta { Name = "x" } }).Single().Path,
            Is.EqualTo("spec")
        );

    [TestCase("gemma", true)]
    [TestCase("a", true)]
    [TestCase("a234567890123456789012345678901234567890", true)]
    [TestCase("a2345678901234567890123456789012345678901", false)]
    [TestCase("1gemma", false)]
    [TestCase("gemma.base", false)]
    public void A_name_must_leave_room_for_those_that_derive_from_it(string name, bool valid) =>
        Assert.That(SpecCheck.Of(Image(s => s, name)).All(e => e.Path != "metadata.name"), Is.EqualTo(valid));

    [TestCaseSource(typeof(Durations), nameof(Durations.All))]
    public void A_duration_may_take_its_bounds_and_nothing_beyond(object of)
    {
        var bound = (Durations.Bound)of;
        var (least, most) = (GoDuration.Parse(bound.Least), GoDuration.Parse(bound.Most));
        var second = TimeSpan.FromSeconds(1);
        Assert.Multiple(() =>
        {
            Assert.That(Errors(least), Is.Zero);
            Assert.That(Errors(most), Is.Zero);
            Assert.That(least == TimeSpan.Zero || Errors(least - second) == 1);
            Assert.That(Errors(most + second), Is.EqualTo(1));
        });

        int Errors(TimeSpan value)
        {
            var findings = new Findings();
            Durations.Check(bound, GoDuration.Format(value), findings);
            return findings.Errors.Count;
        }
    }

    private static TestCaseData Mistake(string name, Change mistake, string path, string reason = InvalidSpec) =>
        new TestCaseData(mistake, path, reason).SetArgDisplayNames(name);

    private static IEnumerable<TestCaseData> Mistakes()
    {
        yield return Mistake(
            "cron with six fields",
            s => s with { Schedule = "0 0 9 * * 1" },
            "spec.schedule",
            InvalidSchedule
        );
        yield return Mistake(
            "cron with a bad hour",
            s => s with { Schedule = "0 24 * * *" },
            "spec.schedule",
            InvalidSchedule
        );
        yield return Mistake("empty cron", s => s with { Schedule = "" }, "spec.schedule", InvalidSchedule);
        yield return Mistake(
            "macro of seconds",
            s => s with { Schedule = "@every_second" },
            "spec.schedule",
            InvalidSchedule
        );
        yield return Mistake(
            "cron that never fires",
            s => s with { Schedule = "0 0 31 2 *" },
            "spec.schedule",
            InvalidSchedule
        );
        yield return Mistake(
            "zone in cron",
            s => s with { Schedule = "TZ=UTC 0 9 * * 1" },
            "spec.schedule",
            InvalidSchedule
        );
        yield return Mistake(
            "unknown zone",
            s => s with { TimeZone = "Mars/Olympus" },
            "spec.timeZone",
            InvalidSchedule
        );
        yield return Mistake(
            "zone as a path",
            s => s with { TimeZone = "../../etc/passwd" },
            "spec.timeZone",
            InvalidSchedule
        );
        yield return Mistake(
            "negative jitter",
            s => s with { JitterSeconds = -1 },
            "spec.jitterSeconds",
            InvalidSchedule
        );
        yield return Mistake(
            "window that never opens",
            RolloutWith(r => r with { Window = new WindowSpec { Schedule = "0 0 30 2 *" } }),
            "spec.rollout.window.schedule",
            InvalidSchedule
        );
        yield return Mistake(
            "window without end",
            RolloutWith(r => r with { Window = new WindowSpec { Duration = "9000h" } }),
            "spec.rollout.window.duration",
            InvalidSchedule
        );
        yield return Mistake("no base", Base(new BaseSpec()), "spec.base");
        yield return Mistake("half a base", Base(new BaseSpec { Pytorch = "2.10.0", Cuda = "12.8" }), "spec.base");
        yield return Mistake(
            "short version",
            Base(
                new BaseSpec
                {
                    Pytorch = "2.10",
                    Cuda = "12.8",
                    Cudnn = "9",
                }
            ),
            "spec.base.pytorch"
        );
        yield return Mistake(
            "CUDA of another release",
            Base(
                new BaseSpec
                {
                    Pytorch = "2.1.0",
                    Cuda = "12.8",
                    Cudnn = "8",
                }
            ),
            "spec.base.cuda"
        );
        yield return Mistake(
            "cuDNN of another release",
            Base(
                new BaseSpec
                {
                    Pytorch = "2.10.0",
                    Cuda = "12.8",
                    Cudnn = "8",
                }
            ),
            "spec.base.cudnn"
        );
        yield return Mistake(
            "base with a newline",
            Base(new BaseSpec { Image = "ubuntu:24.04\nRUN id" }),
            "spec.base.image",
            InvalidBaseReference
        );
        yield return Mistake(
            "base by a short digest",
            Base(new BaseSpec { Image = "ubuntu@sha256:abc" }),
            "spec.base.image",
            InvalidBaseReference
        );
        yield return Mistake(
            "base as a URL",
            Base(new BaseSpec { Image = "https://example.com/image" }),
            "spec.base.image",
            InvalidBaseReference
        );
        yield return Mistake(
            "pull secret",
            Base(Valid().Base with { PullSecretRef = new LocalReference { Name = "Not_A_Name" } }),
            "spec.base.pullSecretRef.name"
        );
        yield return Mistake(
            "package with a semicolon",
            s => s with { SystemPackages = ["git", "curl;id"] },
            "spec.systemPackages[1]"
        );
        yield return Mistake(
            "package with a newline at its end",
            s => s with { SystemPackages = ["curl\n"] },
            "spec.systemPackages[0]"
        );
        yield return Mistake("package to remove", s => s with { SystemPackages = ["bash-"] }, "spec.systemPackages[0]");
        yield return Mistake(
            "package whose version ends in a hyphen",
            s => s with { SystemPackages = ["curl=8.5-"] },
            "spec.systemPackages[0]"
        );
        yield return Mistake(
            "package in two versions",
            s => s with { SystemPackages = ["curl=8.5", "curl=8.6"] },
            "spec.systemPackages"
        );
        yield return Mistake(
            "two sources",
            Python(
                new RequirementsSpec
                {
                    Inline = "a==1",
                    ConfigMapRef = new KeyReference { Name = "r" },
                }
            ),
            "spec.requirements"
        );
        yield return Mistake(
            "ConfigMap without a name",
            Python(new RequirementsSpec { ConfigMapRef = new KeyReference() }),
            "spec.requirements.configMapRef.name"
        );
        yield return Mistake(
            "ConfigMap key",
            Python(
                new RequirementsSpec
                {
                    ConfigMapRef = new KeyReference { Name = "r", Key = "../x" },
                }
            ),
            "spec.requirements.configMapRef.key"
        );
        yield return Mistake(
            "index by http",
            Python(new RequirementsSpec { IndexURL = "http://pypi.example.com" }),
            "spec.requirements.indexURL"
        );
        yield return Mistake(
            "index with a password",
            Python(new RequirementsSpec { IndexURL = "https://u:p@pypi.example.com" }),
            "spec.requirements.indexURL"
        );
        yield return Mistake(
            "second index",
            Python(new RequirementsSpec { ExtraIndexURLs = ["https://a.example.com", "ftp://b"] }),
            "spec.requirements.extraIndexURLs[1]"
        );
        yield return Mistake(
            "option in a line",
            Python(new RequirementsSpec { Inline = "a==1\n  -r /etc/passwd\n" }),
            "spec.requirements.inline line 2"
        );
        yield return Mistake(
            "index with a query",
            Python(new RequirementsSpec { IndexURL = "https://pypi.example.com/simple?key=1" }),
            "spec.requirements.indexURL"
        );
        yield return Mistake(
            "requirement by address",
            Python(new RequirementsSpec { Inline = "a==1\nb @ https://example.com/b.whl" }),
            "spec.requirements.inline line 2"
        );
        yield return Mistake(
            "Dockerfile without a name",
            s => s with { Dockerfile = new DockerfileSpec() },
            "spec.dockerfile.configMapRef.name"
        );
        yield return Mistake("uid 0", s => s with { User = new UserSpec { Uid = 0 } }, "spec.user.uid");
        yield return Mistake("gid 0", s => s with { User = new UserSpec { Gid = 0 } }, "spec.user.gid");
        yield return Mistake("root", s => s with { User = new UserSpec { Name = "root" } }, "spec.user.name");
        yield return Mistake(
            "long login name",
            s => s with { User = new UserSpec { Name = new string('a', 33) } },
            "spec.user.name"
        );
        yield return Mistake(
            "search path",
            s => s with { Env = [new() { Name = "PATH", Value = "/tmp" }] },
            "spec.env[0].name"
        );
        yield return Mistake(
            "variable with a line separator",
            s => s with { Env = [new() { Name = "A", Value = "x\u2028y" }] },
            "spec.env[0].value"
        );
        yield return Mistake(
            "label in capitals",
            s => s with { ImageLabels = new Dictionary<string, string> { ["Team"] = "ml" } },
            "spec.imageLabels[\"Team\"]"
        );
        yield return Mistake(
            "label of the build's time",
            s =>
                s with
                {
                    ImageLabels = new Dictionary<string, string> { ["org.opencontainers.image.created"] = "now" },
                },
            "spec.imageLabels[\"org.opencontainers.image.created\"]"
        );
        yield return Mistake(
            "flag of the operator",
            BuildWith(b => b with { ExtraArgs = ["--insecure=true"] }),
            "spec.build.extraArgs[0]"
        );
        yield return Mistake(
            "flags that contradict each other",
            BuildWith(b => b with { ExtraArgs = ["--compression=zstd", "--image-format=docker"] }),
            "spec.build.extraArgs"
        );
        yield return Mistake(
            "preload",
            s => s with { Env = [new() { Name = "LD_PRELOAD", Value = "x" }] },
            "spec.env[0].name"
        );
        yield return Mistake(
            "variable with a newline",
            s => s with { Env = [new() { Name = "A", Value = "x\nRUN id" }] },
            "spec.env[0].value"
        );
        yield return Mistake(
            "variable twice",
            s => s with { Env = [new() { Name = "A" }, new() { Name = "A" }] },
            "spec.env[1].name"
        );
        yield return Mistake(
            "label of the operator",
            s => s with { ImageLabels = new Dictionary<string, string> { ["gemmaoperator.io/x"] = "y" } },
            "spec.imageLabels[\"gemmaoperator.io/x\"]"
        );
        yield return Mistake("no platform", s => s with { Platforms = [] }, "spec.platforms");
        yield return Mistake(
            "another platform",
            s => s with { Platforms = [WireEnum<Platform>.Read("windows/amd64")] },
            "spec.platforms[0]"
        );
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
        yield return Mistake(
            "relative path",
            Server(s => s with { Model = new ModelSpec { Path = "models" } }),
            "spec.rollout.server.model.path"
        );
        yield return Mistake(
            "path upwards",
            Server(s => s with { Model = new ModelSpec { Path = "/models/../etc" } }),
            "spec.rollout.server.model.path"
        );
        yield return Mistake(
            "taken path",
            Server(s => s with { Model = new ModelSpec { Path = "/tmp" } }),
            "spec.rollout.server.model.path"
        );
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

    private static IEnumerable<TestCaseData> Variations()
    {
        yield return Variation("defaults", s => s);
        yield return Variation("macro", s => s with { Schedule = "@weekly", TimeZone = "Europe/Berlin" });
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
            "local registry",
            Output(o => o with { Repository = "127.0.0.1:5000/gemma-base", Insecure = true })
        );
        yield return Variation(
            "Artifact Registry",
            Output(o => o with { Repository = "europe-west1-docker.pkg.dev/p/agentnav-containers/gemma-base" })
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
