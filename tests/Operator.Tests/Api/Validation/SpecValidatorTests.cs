using System.Text.RegularExpressions;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Validation;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Text;
using k8s.Models;
using static GemmaOperator.Api.Words.ImageReason.Stalled;
using static Operator.Tests.Api.Validation.Specs;
using Change = System.Func<
    GemmaOperator.Api.BaseImages.GemmaBaseImageSpec,
    GemmaOperator.Api.BaseImages.GemmaBaseImageSpec
>;

namespace Operator.Tests.Api.Validation;

internal sealed class SpecValidatorTests
{
    [TestCaseSource(typeof(InputMistakes), nameof(InputMistakes.All))]
    [TestCaseSource(typeof(OperationMistakes), nameof(OperationMistakes.All))]
    [TestCaseSource(typeof(BuildPodMistakes), nameof(BuildPodMistakes.All))]
    [TestCaseSource(typeof(SupplyMistakes), nameof(SupplyMistakes.All))]
    [TestCaseSource(typeof(ChannelMistakes), nameof(ChannelMistakes.All))]
    [TestCaseSource(typeof(ServedPodMistakes), nameof(ServedPodMistakes.All))]
    [TestCaseSource(typeof(EngineMistakes), nameof(EngineMistakes.All))]
    [TestCaseSource(typeof(NotificationMistakes), nameof(NotificationMistakes.All))]
    [TestCaseSource(typeof(ScanMistakes), nameof(ScanMistakes.All))]
    [TestCaseSource(typeof(RoutingMistakes), nameof(RoutingMistakes.All))]
    public void A_mistake_is_named_with_its_field_and_reason(Change mistake, string path, string reason)
    {
        var errors = SpecCheck.Of(Image(mistake));
        Assert.Multiple(() =>
        {
            Assert.That(errors.Select(e => e.Path).Distinct(), Is.EqualTo(new[] { path }));
            Assert.That(errors.Select(e => e.Reason).Distinct(), Is.EqualTo(new[] { reason }));
            Assert.That(errors.Select(e => e.Problem + e.Remedy), Is.All.Not.Contains('\n'));
        });
    }

    [TestCaseSource(typeof(InputMistakes), nameof(InputMistakes.All))]
    [TestCaseSource(typeof(OperationMistakes), nameof(OperationMistakes.All))]
    [TestCaseSource(typeof(BuildPodMistakes), nameof(BuildPodMistakes.All))]
    [TestCaseSource(typeof(SupplyMistakes), nameof(SupplyMistakes.All))]
    [TestCaseSource(typeof(ChannelMistakes), nameof(ChannelMistakes.All))]
    [TestCaseSource(typeof(ServedPodMistakes), nameof(ServedPodMistakes.All))]
    [TestCaseSource(typeof(EngineMistakes), nameof(EngineMistakes.All))]
    [TestCaseSource(typeof(NotificationMistakes), nameof(NotificationMistakes.All))]
    [TestCaseSource(typeof(ScanMistakes), nameof(ScanMistakes.All))]
    [TestCaseSource(typeof(RoutingMistakes), nameof(RoutingMistakes.All))]
    public void A_named_field_is_one_of_the_schema_s(Change mistake, string path, string reason)
    {
        var field = Regex.Replace(path, @"\[[0-9]+\]", "[]", RegexOptions.None, TimeSpan.FromSeconds(1));
        field = Regex.Replace(
            field,
            @"\[""[^""]*""\]|(?<=limits|requests)\..*| line \d+",
            "",
            RegexOptions.None,
            TimeSpan.FromSeconds(1)
        );
        Assert.That(CrdFile.BaseImages.Fields().Select(f => f.Path), Does.Contain(field), reason);
    }

    [TestCaseSource(typeof(Variations), nameof(Variations.All))]
    public void What_is_right_is_left_alone(Change variation) =>
        Assert.That(SpecCheck.Of(Image(variation)).Select(e => e.ToString()), Is.Empty);

    [Test]
    public void All_mistakes_are_told_at_once()
    {
        var errors = SpecCheck.Of(
            Image(s =>
                s with
                {
                    Schedule = "every monday",
                    TimeZone = "Mars/Olympus",
                    Base = new BaseSpec { Image = "Registry/Image" },
                    User = new UserSpec { Uid = 0 },
                }
            )
        );
        Assert.That(
            errors.Select(e => (e.Path, e.Reason)),
            Is.EquivalentTo(
                new[]
                {
                    ("spec.schedule", InvalidSchedule),
                    ("spec.timeZone", InvalidSchedule),
                    ("spec.base.image", InvalidBaseReference),
                    ("spec.user.uid", InvalidSpec),
                }
            )
        );
    }

    [Test]
    public void A_missing_spec_is_a_finding() =>
        Assert.That(
            SpecCheck.Of(new GemmaBaseImage { Metadata = new V1ObjectMeta { Name = "x" } }).Single().Path,
            Is.EqualTo("spec")
        );

    [TestCase("gemma", true)]
    [TestCase("a", true)]
    [TestCase("a234567890123456789012345678901234567890", true)]
    [TestCase("a2345678901234567890123456789012345678901", false)]
    [TestCase("1gemma", false)]
    [TestCase("gemma.base", false)]
    public void A_name_must_leave_room_for_those_that_derive_from_it(string name, bool valid) =>
        Assert.That(SpecCheck.Of(Image(s => s, name)).All(e => e.Path != "metadata.name"), Is.EqualTo(valid));

    [TestCaseSource(typeof(Durations), nameof(Durations.All))]
    public void A_duration_may_take_its_bounds_and_nothing_beyond(object of)
    {
        var bound = (Durations.Bound)of;
        var (least, most) = (bound.Least.Span, bound.Most.Span);
        var second = TimeSpan.FromSeconds(1);
        Assert.Multiple(() =>
        {
            Assert.That(Errors(least), Is.Zero);
            Assert.That(Errors(most), Is.Zero);
            Assert.That(least == TimeSpan.Zero || Errors(least - second) == 1);
            Assert.That(Errors(most + second), Is.EqualTo(1));
        });

        int Errors(TimeSpan value)
        {
            var findings = new Findings();
            Durations.Check(bound, GoDuration.Format(value), findings);
            return findings.Errors.Count;
        }
    }
}
