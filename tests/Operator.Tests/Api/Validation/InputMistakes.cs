using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Requirements;
using GemmaOperator.Api.Words;
using Operator.Tests.Builds.Inputs.Locks;
using static GemmaOperator.Api.Words.ImageReason.Stalled;
using static Operator.Tests.Api.Validation.Specs;
using Change = System.Func<
    GemmaOperator.Api.BaseImages.GemmaBaseImageSpec,
    GemmaOperator.Api.BaseImages.GemmaBaseImageSpec
>;

namespace Operator.Tests.Api.Validation;

/// <summary>Mistakes in when a build happens and in what goes into the image.</summary>
internal static class InputMistakes
{
    public static IEnumerable<TestCaseData> All()
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
        yield return Mistake(
            "a format of requirements that nobody knows",
            Python(new RequirementsSpec { Inline = "a==1", Format = WireEnum<RequirementsFormat>.Read("Poetry") }),
            "spec.requirements.format"
        );
        yield return Mistake(
            "a lock in pip's format",
            Python(new RequirementsSpec { Inline = ALock.Universal }),
            "spec.requirements.inline"
        );
        yield return Mistake(
            "requirements as a lock",
            Python(new RequirementsSpec { Inline = "a==1", Format = RequirementsFormat.Pylock }),
            "spec.requirements.inline line 1"
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

        foreach (var mistake in UserMistakes.All())
        {
            yield return mistake;
        }
    }
}
