using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Patching;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.Builds.Steps.Contents;

namespace Operator.Tests.BaseImages.Freshness;

/// <content>Objects with a history of builds, and what the next one is.</content>
internal sealed partial class PatchPolicyTests
{
    private static ScheduleFacts Due => new(Tick, Tick.AddDays(7));

    private static GemmaBaseImage Ticked() =>
        (Image() with { Status = new GemmaBaseImageStatus { LastScheduleTime = A.Morning } }).Knowing(1);

    private static Func<GemmaBaseImageSpec, GemmaBaseImageSpec> Most(int layers) =>
        spec => spec with { Patching = spec.Patching! with { MaxLayers = layers } };

    private static GemmaBaseImage Image(Func<GemmaBaseImageSpec, GemmaBaseImageSpec>? change = null) =>
        A.BaseImage(spec =>
        {
            spec = spec with { Patching = new PatchingSpec() };
            return change is null ? spec : change(spec);
        });

    private static GemmaBuild Next(
        IReadOnlyList<GemmaBuild> builds,
        Func<GemmaBaseImageSpec, GemmaBaseImageSpec>? change = null,
        BuildRequest.Known? inputs = null,
        int baseDigest = 1,
        GemmaBaseImage? image = null
    ) => Render(A.Snapshot(image ?? Image(change), inputs ?? Inputs, builds, Due, Tick), baseDigest);

    private static FullBuildReason? Why(
        IReadOnlyList<GemmaBuild> builds,
        Func<GemmaBaseImageSpec, GemmaBaseImageSpec>? change = null,
        BuildRequest.Known? inputs = null,
        int baseDigest = 1,
        GemmaBaseImage? image = null
    )
    {
        var build = Next(builds, change, inputs, baseDigest, image);
        Assert.That(build.Spec!.Patch, Is.Null);
        return build.Spec.FullBuildReason?.Value;
    }

    private static GemmaBuild Render(ImageSnapshot s, int baseDigest = 1)
    {
        var inputs = (BuildRequest.Known)s.Inputs;
        var due = DueBuild.Find(s, inputs);
        Assert.That(due, Is.Not.Null, "a build is due");
        var known = KnownBase.Read(s.Image.Knowing(baseDigest).Status!.ResolvedBase)!;
        return NextBuildRenderer.Render(s, inputs, due!, known).Build;
    }

    private static GemmaBuild Published(long number, DateTime? created = null) =>
        Listed(
            A.Build(number, Inputs, created: created ?? A.Morning.AddDays(-7)) is var build
                ? build with
                {
                    Spec = build.Spec! with
                    {
                        Reasons = [BuildReason.Schedule],
                        Resolved = build.Spec.Resolved with
                        {
                            Dockerfile = Inputs.Resolved.Dockerfile,
                            Requirements = Inputs.Resolved.Requirements,
                        },
                    },
                }
                : build
        );

    private static GemmaBuild Listed(GemmaBuild build) =>
        build.Succeeded() is var done
            ? done with
            {
                Status = done.Status! with
                {
                    Contents = new ContentsStatus { Inputs = UnchangedPolicy.InputsOf(build.Spec!) },
                },
            }
            : build;

    private static GemmaBuild Patch(long number, int layers, DateTime? created = null, DateTime? fullBuildTime = null)
    {
        var full = Published(number, created);
        return Listed(
            full with
            {
                Spec = full.Spec! with
                {
                    Patch = new BuildPatch
                    {
                        Of = new PatchedImage { Reference = A.Image(1).Reference, Digest = A.Image(1).Digest },
                        Layers = layers,
                        Inputs = UnchangedPolicy.InputsOf(full.Spec),
                        FullBuild = "gemma-b1",
                        FullBuildTime = fullBuildTime,
                    },
                },
            }
        );
    }

    private static GemmaBuild Unlisted(GemmaBuild build) =>
        build with
        {
            Status = build.Status! with { Contents = null },
        };

    private static GemmaBuild Failed(GemmaBuild build, FailureKind? kind, string reason = "PullTestFailed")
    {
        // One that was rejected is no good however it failed; what passes is of another reason.
        var name = kind == FailureKind.Transient ? "PushFailed" : reason;
        return build with
        {
            Spec = build.Spec! with { Resolved = build.Spec.Resolved with { CacheEpoch = "2026-11-23T08:30:00Z" } },
            Status = build.Status! with
            {
                Conditions = [A.Condition(ConditionType.Succeeded, "False", name)],
                Promoted = null,
                Failure = new BuildFailure
                {
                    Reason = name,
                    Kind = kind is { } known ? WireEnum<FailureKind>.From(known) : null,
                },
            },
        };
    }
}
