using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Patching;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Retention;

namespace Operator.Tests.BaseImages.Retention;

/// <summary>The images that an index names live as long as it does, and go after it.</summary>
internal sealed class PlatformDisposalTests
{
    private static GemmaBuild Two =>
        A.Build(1) with
        {
            Status = new GemmaBuildStatus
            {
                Candidate = Own(1),
                Application = Own(2),
                Platforms =
                [
                    new PlatformStatus
                    {
                        Platform = Platform.LinuxAmd64,
                        Candidate = Own(3),
                        Application = Own(5),
                    },
                    new PlatformStatus
                    {
                        Platform = Platform.LinuxArm64,
                        Candidate = Own(4),
                        Application = Own(6),
                    },
                ],
            },
        };

    [Test]
    public void An_index_goes_before_what_it_names() =>
        Assert.That(
            ImageDisposalPolicy.Decide(Two, [Two], []).Select(i => i.Digest),
            Is.EqualTo(new[] { 1, 2, 3, 5, 4, 6 }.Select(A.Digest))
        );

    [Test]
    public void What_an_index_names_that_is_used_stays()
    {
        var other = A.Build(2) with { Status = new GemmaBuildStatus { Promoted = Own(1) } };
        Assert.That(
            ImageDisposalPolicy.Decide(Two, [Two, other], []).Select(i => i.Digest),
            Is.EqualTo(new[] { 2, 5, 6 }.Select(A.Digest))
        );
    }

    [Test]
    public void Images_that_were_never_joined_go_alone()
    {
        var failed = Two with { Status = Two.Status! with { Candidate = null, Application = null } };
        Assert.That(
            ImageDisposalPolicy.Decide(failed, [failed], []).Select(i => i.Digest),
            Is.EqualTo(new[] { 3, 5, 4, 6 }.Select(A.Digest))
        );
    }

    [Test]
    public void What_a_newer_index_still_names_stays_and_so_does_the_build_that_made_it()
    {
        var newer = Another with
        {
            Status = new GemmaBuildStatus
            {
                Candidate = A.Image(2),
                Platforms =
                [
                    new PlatformStatus { Platform = Platform.LinuxAmd64, Candidate = Own(3) },
                    new PlatformStatus { Platform = Platform.LinuxArm64, Candidate = A.Image(2) },
                ],
            },
        };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                ImageDisposalPolicy.Decide(Two, [Two, newer], []).Select(i => i.Digest),
                Is.EqualTo(new[] { 1, 2, 5, 4, 6 }.Select(A.Digest)),
                "the image for amd64 stays"
            );
            Assert.That(
                ImageDisposalPolicy.Decide(newer, [newer], []).Select(i => i.Digest),
                Is.EqualTo([A.Image(2).Digest]),
                "another build's image isn't its own to delete"
            );
        }
    }

    [Test]
    public void What_a_running_patch_begins_with_stays_on_every_platform()
    {
        var patch = Another with
        {
            Spec = Another.Spec! with
            {
                Patch = new BuildPatch
                {
                    Of = new PatchedImage { Digest = A.Digest(8) },
                    Platforms =
                    [
                        new PatchedPlatform
                        {
                            Platform = Platform.LinuxAmd64,
                            Of = new PatchedImage { Digest = A.Digest(3) },
                        },
                    ],
                },
            },
        };
        var done = patch.Succeeded();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                ImageDisposalPolicy.Decide(Two, [Two, patch], []).Select(i => i.Digest),
                Does.Not.Contain(A.Digest(3))
            );
            Assert.That(
                ImageDisposalPolicy.Decide(Two, [Two, done], []).Select(i => i.Digest),
                Does.Contain(A.Digest(3)),
                "its manifest names all layers then"
            );
        }
    }

    /// <summary>A newer build, on a base of its own.</summary>
    private static GemmaBuild Another =>
        A.Build(2) is var build
            ? build with
            {
                Spec = build.Spec! with { Resolved = build.Spec.Resolved with { BaseDigest = A.Digest(50) } },
            }
            : build;

    private static ImageStatus Own(int n) => A.Image(n) with { Digest = A.Digest(n), Build = "gemma-b1" };
}
