using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Patching;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Cost;
using GemmaOperator.BaseImages.Forecasts;

namespace Operator.Tests.BaseImages.Forecasts;

/// <summary>Of several platforms, what a node of the largest pulls.</summary>
internal sealed class PulledBytesTests
{
    private const int Amd = 11;
    private const int Arm = 12;
    private const int PatchedArm = 13;

    [Test]
    public void An_image_for_two_is_as_large_as_the_larger_one() =>
        Assert.That(
            Of(isPatch: false, Build(1, Arm, 140, 200)),
            Is.EqualTo(new PulledBytes(200, IsMost: true, DiskBytes: null, "gemma-b1"))
        );

    /// <summary>The platform that stays has put nothing onto its image.</summary>
    [Test]
    public void A_patch_is_as_large_as_what_the_last_one_put_onto_the_platform_that_moved() =>
        Assert.That(
            Of(isPatch: true, Patched(Build(2, PatchedArm, 147, 207)), Build(1, Arm, 140, 200)),
            Is.EqualTo(new PulledBytes(207 - 147 + 7, IsMost: false, DiskBytes: null, "gemma-b2"))
        );

    private static PulledBytes? Of(bool isPatch, params GemmaBuild[] builds)
    {
        var next = A.Build(builds.Length + 1);
        next = isPatch ? Patched(next) : next;
        var forecast = new BuildForecast(
            next,
            builds[0],
            IsDueAnyway: false,
            KnowsBase: true,
            new LayerForecast([], null, null),
            new EffortForecast([], 0, IsDeclared: false, new Price(0, "USD"))
        );
        return PulledBytes.Of(forecast, A.Snapshot(builds: builds));
    }

    private static GemmaBuild Build(long number, int arm, long bytes, long withServer)
    {
        var build = A.Build(number).Succeeded();
        return build with
        {
            Status = build.Status! with
            {
                Platforms =
                [
                    Part(Platform.LinuxAmd64, Amd, 100, 160),
                    Part(Platform.LinuxArm64, arm, bytes, withServer),
                ],
            },
        };
    }

    private static GemmaBuild Patched(GemmaBuild build) =>
        build with
        {
            Spec = build.Spec! with
            {
                Patch = new BuildPatch
                {
                    Of = new PatchedImage { Reference = A.Image(1).Reference, Digest = A.Image(1).Digest },
                    Platforms = [Of(Platform.LinuxAmd64, Amd), Of(Platform.LinuxArm64, Arm)],
                },
            },
        };

    private static PatchedPlatform Of(Platform platform, int digest) =>
        new()
        {
            Platform = platform,
            Of = new PatchedImage { Reference = A.Image(digest).Reference, Digest = A.Digest(digest) },
        };

    private static PlatformStatus Part(Platform platform, int digest, long bytes, long withServer) =>
        new()
        {
            Platform = platform,
            Candidate = A.Image(1) with { Digest = A.Digest(digest), SizeBytes = bytes },
            Application = A.Image(1) with { Digest = A.Digest(digest + 100), SizeBytes = withServer },
        };
}
