using GemmaOperator.Api.Builds;
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

    private static ImageStatus Own(int n) => A.Image(n) with { Digest = A.Digest(n), Build = "gemma-b1" };
}
