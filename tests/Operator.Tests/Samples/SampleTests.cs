using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs;
using Operator.Tests.Api;

namespace Operator.Tests.Samples;

internal sealed class SampleTests
{
    [TestCaseSource(typeof(Sample), nameof(Sample.Valid))]
    public void A_valid_sample_has_nothing_for_the_operator_to_say(object sample) =>
        Assert.That(SpecCheck.Of(((Sample)sample).ReadImage()).Select(e => e.ToString()), Is.Empty);

    /// <summary>
    /// A CEL rule is the API server's to evaluate; the operator says the same of an object that is older than the rule.
    /// </summary>
    [TestCaseSource(nameof(ForTheOperator))]
    public void The_operator_names_the_mistake_of_an_invalid_sample(object of)
    {
        var sample = (Sample)of;
        var errors = SpecCheck.Of(sample.ReadImage()).Select(e => e.ToString()).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(errors, Has.Count.EqualTo(1), "one mistake each");
            Assert.That(errors, Has.All.Contain(sample.Expect!));
        });
    }

    [Test]
    public void The_message_of_a_CEL_sample_is_one_of_the_CRD_s()
    {
        var messages = CrdFile
            .RulesOf(CrdFile.BaseImages.Root)
            .Concat(CrdFile.BaseImages.Fields().SelectMany(f => CrdFile.RulesOf(f.Schema)))
            .Select(r => r.Message)
            .ToList();
        var unknown = Sample.Invalid.Where(s =>
            s.By == "cel" && !messages.Exists(m => m.Contains(s.Expect!, StringComparison.Ordinal))
        );
        Assert.That(unknown, Is.Empty);
    }

    /// <summary>
    /// Rules of updates have nothing to compare with in a first apply, and duration bounds are tested one by one.
    /// </summary>
    [Test]
    public void Every_CEL_rule_of_a_first_apply_has_a_sample_that_breaks_it()
    {
        var fragments = Sample.Invalid.Where(s => s.By == "cel").Select(s => s.Expect!).ToList();
        var bare = CrdFile
            .RulesOf(CrdFile.BaseImages.Root)
            .Concat(CrdFile.BaseImages.Fields().SelectMany(f => CrdFile.RulesOf(f.Schema)))
            .Where(r =>
                !r.Rule.Contains("oldSelf", StringComparison.Ordinal)
                && !r.Rule.StartsWith("duration(self)", StringComparison.Ordinal)
            )
            .Select(r => r.Message)
            .Distinct(StringComparer.Ordinal)
            .Where(m => !fragments.Exists(f => m.Contains(f, StringComparison.Ordinal)));
        Assert.That(bare, Is.Empty);
    }

    [TestCaseSource(typeof(Sample), nameof(Sample.Invalid))]
    public void An_invalid_sample_says_what_it_must_get_and_from_whom(object sample) =>
        Assert.Multiple(() =>
        {
            Assert.That(((Sample)sample).Expect, Is.Not.Null.And.Length.GreaterThan(5));
            Assert.That(((Sample)sample).By, Is.AnyOf("schema", "cel", "operator"));
        });

    [Test]
    public void Every_Stalled_reason_of_a_spec_has_a_sample()
    {
        var reasons = Sample
            .Invalid.Where(s => s.By != "schema")
            .SelectMany(s => SpecCheck.Of(s.ReadImage()))
            .Select(e => e.Reason)
            .Distinct(StringComparer.Ordinal);
        Assert.That(
            reasons,
            Is.EquivalentTo(
                new[]
                {
                    ImageReason.Stalled.InvalidSpec,
                    ImageReason.Stalled.InvalidSchedule,
                    ImageReason.Stalled.InvalidBaseReference,
                }
            )
        );
    }

    [Test]
    public void The_first_sample_is_the_spec_that_the_quickstart_promises()
    {
        var spec = Sample.Valid.Single(s => s.Name == "01-gemma-weekly.yaml").ReadImage().Spec!;
        Assert.Multiple(() =>
        {
            Assert.That((spec.Base.Pytorch, spec.Base.Cuda, spec.Base.Cudnn), Is.EqualTo(("2.10.0", "12.8", "9")));
            Assert.That(spec.Schedule, Is.EqualTo("0 9 * * 1"));
            Assert.That(spec.Output.Repository, Is.EqualTo("registry.example/gemma-base"));
        });
    }

    [Test]
    public void The_second_sample_is_the_spec_that_the_problem_began_with()
    {
        var spec = Sample.Valid.Single(s => s.Name == "02-pytorch-2.1-publish-only.yaml").ReadImage().Spec!;
        Assert.Multiple(() =>
        {
            Assert.That((spec.Base.Pytorch, spec.Base.Cuda, spec.Base.Cudnn), Is.EqualTo(("2.1.0", "12.1", "8")));
            Assert.That(spec.Rollout.Mode, Is.EqualTo(RolloutMode.PublishOnly));
        });
    }

    private static IEnumerable<Sample> ForTheOperator => Sample.Invalid.Where(s => s.By != "schema");
}
