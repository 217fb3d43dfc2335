using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Plans;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;

namespace Operator.Tests.BaseImages.Reconcile;

/// <summary>A question is a word that was never asked before, and may name another object.</summary>
internal sealed class PlanRequestTests
{
    [TestCase("2026-11-29T10:00:00Z", null)]
    [TestCase("3f2a1c9 other", "other")]
    [TestCase("refs/pull/42 other", "other")]
    [TestCase("3f2a1c9 gemma", null, Description = "the object itself")]
    [TestCase("3f2a1c9 other ", "other")]
    public void What_is_understood(string value, string? inPlaceOf)
    {
        var request = PlanRequest.Of(Asking(value))!;
        Assert.That(request, Is.EqualTo(new PlanRequest(value, inPlaceOf)));
    }

    [TestCase("a b c")]
    [TestCase("-a")]
    [TestCase("a Other")]
    [TestCase("a team/other")]
    [TestCase("a\u001b[2J")]
    [TestCase("a\nb")]
    public void What_isn_t_is_told_by_its_place(string value)
    {
        var request = PlanRequest.Of(Asking(value))!;
        Assert.That(request.Problem, Does.StartWith("metadata.annotations[gemmaoperator.io/plan]: "));
        Assert.That((request.Text + request.Problem).Any(char.IsControl), Is.False);
        Assert.That(Open(value, request.Text), Is.Null, "it is answered once");
    }

    [Test]
    public void A_long_one_is_cut_and_answered_once()
    {
        var value = new string('a', 200_000);
        var request = PlanRequest.Of(Asking(value))!;
        Assert.That(request.Text, Has.Length.EqualTo(256));
        Assert.That(request.Problem, Has.Length.LessThan(1024));
        Assert.That(Open(value, request.Text), Is.Null);
    }

    [Test]
    public void Nobody_asks_without_a_value()
    {
        Assert.That(PlanRequest.Of(A.BaseImage()), Is.Null);
        Assert.That(PlanRequest.Of(Asking(" ")), Is.Null);
        Assert.That(Open("second", "first"), Is.Not.Null);
    }

    private static PlanRequest? Open(string value, string answered) =>
        PlanRequest.Open(
            Asking(value) with
            {
                Status = new GemmaBaseImageStatus { Plan = new PlanStatus { ObservedRequest = answered } },
            }
        );

    private static GemmaBaseImage Asking(string value)
    {
        var image = A.BaseImage();
        image.Metadata.Annotations = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [ApiGroup.PlanAnnotation] = value,
        };
        return image;
    }
}
