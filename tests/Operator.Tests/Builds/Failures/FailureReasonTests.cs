using GemmaOperator.Builds.Failures;
using GemmaOperator.Text;

namespace Operator.Tests.Builds.Failures;

internal sealed class FailureReasonTests
{
    [Test]
    public void No_remedy_promises_another_attempt_which_the_last_one_would_break() =>
        Assert.That(FailureReason.All.Select(r => r.Remedy), Has.None.Contains("tried again"));

    [Test]
    public void A_message_fits_an_Event() =>
        Assert.That(
            UntrustedText.Utf8Length(
                ClassifiedFailure.Of(FailureReason.PushFailed, new string('é', 5000)).Failure.Message
            ),
            Is.InRange(900, ClassifiedFailure.MaxMessageBytes)
        );

    [Test]
    public void Every_reason_stands_in_the_troubleshooting_guide()
    {
        var guide = File.ReadAllText(Path.Combine(Golden.Root(), "docs", "troubleshooting.md"));
        foreach (var reason in FailureReason.All)
        {
            Assert.That(
                guide,
                Does.Contain(
                    $"| `{reason.Name}` | {reason.Meaning} | {reason.Remedy} | {(reason.IsTransient ? "yes" : "no")} |"
                )
            );
        }
    }
}
