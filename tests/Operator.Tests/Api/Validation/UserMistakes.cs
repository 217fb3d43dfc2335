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

/// <summary>Mistakes in whose image it is, and in what is said of it.</summary>
internal static class UserMistakes
{
    public static IEnumerable<TestCaseData> All()
    {
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
            "a platform twice",
            s => s with { Platforms = [Platform.LinuxArm64, Platform.LinuxArm64] },
            "spec.platforms[1]"
        );
    }
}
