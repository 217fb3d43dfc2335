using GemmaOperator.Api.Contents;
using GemmaOperator.Builds.Contents;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Approval;
using GemmaOperator.Builds.Steps.Contents;

namespace Operator.Tests.Builds.Steps;

/// <content>The steps about what a candidate holds.</content>
internal static partial class StepExamples
{
    private static IEnumerable<StepExample> Contents()
    {
        yield return Of(
            "nobody knows what a candidate holds",
            new KeepContents(new ContentsReading.Absent("LogUnavailable", "no log")),
            new KeptContents(null, "LogUnavailable", "no log"),
            Pushing,
            "Warning LogUnavailable Verify no log",
            null,
            Now
        );
        yield return Of(
            "it is known what a candidate holds",
            new KeepContents(new ContentsReading.Absent("", "")),
            KeptContents.Of(
                new ContentsStatus
                {
                    Packages = 3,
                    Summary = "+1 ~0 -0",
                    ComparedWith = "gemma-b0",
                }
            ),
            Pushing,
            "Normal Listed Verify 3 packages, +1 ~0 -0 against build gemma-b0",
            null,
            Now
        );
        yield return Of(
            "a candidate waits for approval",
            new AwaitApproval("1 Python packages or .pth files are new: x 1", "kubectl annotate …"),
            Given.Snapshot(A.Build(2).WithCandidate()),
            "Normal AwaitingApproval Promote The candidate has proved itself and waits for approval, since 1 Python "
                + "packages or .pth files are new: x 1: kubectl annotate …",
            "Unknown AwaitingApproval",
            new LookAgain.After(TimeSpan.FromSeconds(30))
        );
        yield return Of(
            "a candidate is what is published",
            new EndUnchanged(new PublishedBuild(A.Build(1).Succeeded(), MayStay: true)),
            Given.Snapshot(A.Build(2).WithCandidate()),
            "Normal NothingChanged Verify Nothing changed: the candidate has the 0 packages, the base and "
                + $"the inputs of {A.Image(1).Reference}, which stays; no tag moves and nothing restarts",
            "True NothingChanged",
            OnChange
        );
    }
}
