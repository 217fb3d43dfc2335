using GemmaOperator.Api.Validation;
using GemmaOperator.Api.Words;
using GemmaOperator.Text;

namespace Operator.Tests.Api.Validation;

internal sealed class ErrorSummaryTests
{
    [Test]
    public void One_error_reads_as_a_sentence() =>
        Assert.That(
            ErrorSummary.Of([Error("spec.user.uid", ImageReason.Stalled.InvalidSpec)]),
            Is.EqualTo((ImageReason.Stalled.InvalidSpec, "spec.user.uid: it is wrong; put it right"))
        );

    [Test]
    public void The_order_of_errors_does_not_show()
    {
        FieldError[] errors = [Error("b", "B"), Error("a", "A"), Error("c", "C")];
        Assert.That(ErrorSummary.Of(errors), Is.EqualTo(ErrorSummary.Of([.. errors.Reverse()])));
    }

    [Test]
    public void A_field_is_told_once() =>
        Assert.That(
            ErrorSummary.Of([Error("a", "A"), Error("a", "A")]).Message,
            Is.EqualTo("a: it is wrong; put it right")
        );

    [Test]
    public void A_hundred_errors_still_fit_a_condition()
    {
        var errors = Enumerable.Range(0, 100).Select(i => Error($"spec.systemPackages[{i}]", "A")).ToList();
        var message = ErrorSummary.Of(errors).Message;
        Assert.Multiple(() =>
        {
            Assert.That(message, Does.EndWith("And 92 more"));
            Assert.That(message, Has.Length.LessThan(1024));
        });
    }

    private static FieldError Error(string path, string reason) => new(path, "it is wrong", "put it right", reason);
}
