using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using k8s.Models;
using KubectlGemma.Acting;
using KubectlGemma.Facts;

namespace Cli.Tests.Acting;

/// <summary>An object that is well has not yet done what an annotation asks for.</summary>
public sealed class AwaitedTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private static readonly V1Condition Stall = new()
    {
        Type = ConditionType.Stalled,
        Status = "True",
        Reason = "BuildFailed",
        Message = "as before",
    };

    private static readonly GemmaBuild Same = new()
    {
        Metadata = new V1ObjectMeta { Name = "gemma-b1" },
        Status = new GemmaBuildStatus
        {
            Application = new ImageStatus { Reference = "r", Digest = "sha256:2" },
        },
    };

    private static IEnumerable<TestCaseData> Cases()
    {
        var (pin, unpin) = (new Awaited("gemma-b1"), new Awaited(IsUnpinned: true));
        var approve = new Awaited("gemma-b1", IsApproval: true);
        yield return Case("no pin", new Awaited(), Well(), null, Outcome.Current);
        yield return Case("another serves", pin, Well(), null, Outcome.InProgress);
        yield return Case("it serves", pin, Well(serving: "gemma-b1"), null, Outcome.Current);
        yield return Case("the same image serves", pin, Well(), Same, Outcome.Current);
        yield return Case("still pinned", unpin, Well(ImageReason.Held.Pinned), null, Outcome.InProgress);
        yield return Case("no longer pinned", unpin, Well(), null, Outcome.Current);
        yield return Case("not yet approved", approve, Well(), null, Outcome.InProgress);
        yield return Case("given up", approve, Well(ImageReason.Held.ImageRejected), null, Outcome.Failed);
        yield return Case("stalls", pin, Well(stalled: Stall), null, Outcome.Failed);
        yield return Case(
            "stalled before",
            pin with
            {
                Stalled = Stall,
            },
            Well(stalled: Stall),
            null,
            Outcome.InProgress
        );
    }

    [TestCaseSource(nameof(Cases))]
    public void What_was_asked_for_has_to_be_seen(object awaited, object image, object? build, object outcome) =>
        Assert.That(
            ((Awaited)awaited).Judge((GemmaBaseImage)image, (GemmaBuild?)build, Soon),
            Is.EqualTo((Outcome)outcome)
        );

    [Test]
    public void A_stall_that_stays_is_the_answer_after_a_while() =>
        Assert.That(
            new Awaited("gemma-b1", Stalled: Stall).Judge(Well(stalled: Stall), null, TimeSpan.FromMinutes(1)),
            Is.EqualTo(Outcome.Failed)
        );

    private static TestCaseData Case(
        string name,
        Awaited awaited,
        GemmaBaseImage image,
        GemmaBuild? build,
        Outcome outcome
    ) => new TestCaseData(awaited, image, build, outcome).SetArgDisplayNames(name);

    private static GemmaBaseImage Well(string? held = null, string serving = "gemma-b2", V1Condition? stalled = null) =>
        new()
        {
            Metadata = new V1ObjectMeta { Name = "gemma", Generation = 3 },
            Status = new GemmaBaseImageStatus
            {
                ObservedGeneration = 3,
                Conditions = [stalled ?? new V1Condition { Type = ConditionType.Ready, Status = "True" }],
                Held = held is null ? null : new HeldStatus { Reason = held, Build = "gemma-b1" },
                ServingImage = new ImageStatus
                {
                    Reference = "r",
                    Build = serving,
                    Digest = "sha256:2",
                },
            },
        };
}
