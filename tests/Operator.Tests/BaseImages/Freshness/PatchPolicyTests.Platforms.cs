using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Patching;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Contents;

namespace Operator.Tests.BaseImages.Freshness;

/// <content>Images for several platforms.</content>
internal sealed partial class PatchPolicyTests
{
    private static readonly IReadOnlyList<WireEnum<Platform>> Both = [Platform.LinuxAmd64, Platform.LinuxArm64];

    private static BuildRequest.Known InputsOfBoth =>
        Inputs with
        {
            Template = Inputs.Template with { Platforms = Both },
        };

    [Test]
    public void Each_platform_begins_with_its_own_image_of_the_published_index()
    {
        var build = Next([PublishedForBoth(1)], inputs: InputsOfBoth);
        var patch = build.Spec!.Patch!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(patch.Of.Digest, Is.EqualTo(A.Image(1).Digest), "the index");
            Assert.That(
                patch.Platforms!.Select(p => (p.Platform, p.Of.Digest, p.Of.Build, p.Layers)),
                Is.EqualTo(
                    new (WireEnum<Platform>, string, string, int)[]
                    {
                        (Platform.LinuxAmd64, A.Digest(201), "gemma-b1", 1),
                        (Platform.LinuxArm64, A.Digest(202), "gemma-b1", 1),
                    }
                )
            );
            Assert.That(patch.Platforms!.Select(p => p.Inputs).Distinct().Count(), Is.EqualTo(2));
        }

        var part = PlatformPart.Of(build, Platform.LinuxArm64).Spec!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(part.Patch!.Of.Digest, Is.EqualTo(A.Digest(202)));
            Assert.That(part.Patch.Platforms, Is.Null);
            Assert.That(UnchangedPolicy.InputsOf(part), Is.EqualTo(patch.Platforms![1].Inputs));
        }
    }

    [Test]
    public void The_platform_with_the_most_patches_decides_when_everything_is_built()
    {
        var first = PublishedForBoth(1);
        // Nothing moved for amd64, whose image is still that of the first build.
        var second = PatchForBoth(2, (1, "gemma-b1"), (1, "gemma-b2"));
        var next = Next([second, first], Most(2), InputsOfBoth).Spec!.Patch!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(next.Layers, Is.EqualTo(2));
            Assert.That(
                next.Platforms!.Select(p => (p.Layers, p.Of.Build)),
                Is.EqualTo(new[] { (1, "gemma-b1"), (2, "gemma-b2") })
            );
            Assert.That(Why([second, first], Most(1), InputsOfBoth), Is.EqualTo(FullBuildReason.MaxLayers));
            Assert.That(
                Next([second], Most(2), InputsOfBoth).Spec!.Patch!.Platforms![0].Layers,
                Is.EqualTo(2),
                "whose maker has left the history counts as one more"
            );
        }
    }

    [TestCase("inputs")]
    [TestCase("image")]
    [TestCase("platforms")]
    public void What_isnt_known_of_one_platform_has_everything_built(string lacks)
    {
        var published = PublishedForBoth(1);
        var (amd, arm) = (published.Status!.Platforms![0], published.Status.Platforms[1]);
        published = published with
        {
            Spec = published.Spec! with
            {
                Template = published.Spec.Template with
                {
                    Platforms = lacks == "platforms" ? null : published.Spec.Template.Platforms,
                },
            },
            Status = published.Status with
            {
                Platforms = lacks switch
                {
                    "inputs" => [amd, arm with { Contents = new ContentsStatus { Inputs = "another" } }],
                    "image" => [amd],
                    _ => published.Status.Platforms,
                },
            },
        };
        Assert.That(Why([published], inputs: InputsOfBoth), Is.EqualTo(FullBuildReason.InputsDiffer));
    }

    private static GemmaBuild PublishedForBoth(long number)
    {
        var build = Published(number);
        build = build with { Spec = build.Spec! with { Template = build.Spec.Template with { Platforms = Both } } };
        return WithParts(build, build.BuildName, build.BuildName);
    }

    private static GemmaBuild PatchForBoth(long number, (int Layers, string By) amd, (int Layers, string By) arm)
    {
        var full = PublishedForBoth(number);
        return WithParts(
            full with
            {
                Spec = full.Spec! with
                {
                    Patch = new BuildPatch
                    {
                        Of = new PatchedImage { Reference = A.Image(1).Reference, Digest = A.Image(1).Digest },
                        Layers = Math.Max(amd.Layers, arm.Layers),
                        Inputs = UnchangedPolicy.InputsOf(full.Spec),
                        Platforms = [Part(Platform.LinuxAmd64, amd.Layers), Part(Platform.LinuxArm64, arm.Layers)],
                        FullBuild = "gemma-b1",
                        FullBuildTime = A.Morning.AddDays(-7),
                    },
                },
            },
            amd.By,
            arm.By
        );

        PatchedPlatform Part(Platform platform, int layers) =>
            new()
            {
                Platform = platform,
                Layers = layers,
                Inputs = UnchangedPolicy.InputsOf(PlatformPart.Of(full.Spec!, platform)),
            };
    }

    private static GemmaBuild WithParts(GemmaBuild build, params string[] makers) =>
        build with
        {
            Status = build.Status! with
            {
                Platforms =
                [
                    .. Both.Select(
                        (platform, i) =>
                            new PlatformStatus
                            {
                                Platform = platform,
                                Candidate = A.Image(101 + i) with { Build = makers[i] },
                                Contents = new ContentsStatus
                                {
                                    Inputs = UnchangedPolicy.InputsOf(PlatformPart.Of(build.Spec!, platform)),
                                },
                            }
                    ),
                ],
            },
        };
}
