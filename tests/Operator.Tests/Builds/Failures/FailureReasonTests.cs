using System.Text.RegularExpressions;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Text;

namespace Operator.Tests.Builds.Failures;

internal sealed class FailureReasonTests
{
    [Test]
    public void No_remedy_promises_another_attempt_which_the_last_one_would_break() =>
        Assert.That(FailureReasons.All.Select(r => r.Remedy), Has.None.Contains("tried again"));

    [Test]
    public void A_message_fits_an_Event() =>
        Assert.That(
            Truncation.Utf8Length(
                ClassifiedFailure.Of(FailureReason.PushFailed, new string('é', 5000)).Failure.Message
            ),
            Is.InRange(900, ClassifiedFailure.MaxMessageBytes)
        );

    [Test]
    public void Every_reason_stands_in_the_troubleshooting_guide()
    {
        var guide = File.ReadAllText(Path.Combine(Golden.Root(), "docs", "troubleshooting.md"));
        foreach (var reason in FailureReasons.All)
        {
            Assert.That(
                guide,
                Does.Contain(
                    $"| `{reason.Name}` | {reason.Meaning} | {reason.Remedy} | {(reason.IsTransient ? "yes" : "no")} |"
                )
            );
        }
    }

    /// <summary>A reason that nothing leads to would be a promise in the docs that no build can keep.</summary>
    [Test]
    public void Every_reason_is_given_by_some_code()
    {
        var code = string.Concat(
            Directory
                .EnumerateFiles(Path.Combine(Golden.Root(), "operator"), "*.cs", SearchOption.AllDirectories)
                .Where(f => Path.GetFileName(f) != "FailureReason.cs")
                .Select(File.ReadAllText)
        );
        Assert.That(
            FailureReasons.All.Where(r =>
                !Regex.IsMatch(code, $@"\bFailureReason\.{r.Name}\b(?!\.)", RegexOptions.None, TimeSpan.FromSeconds(5))
            ),
            Is.Empty
        );
    }
}
