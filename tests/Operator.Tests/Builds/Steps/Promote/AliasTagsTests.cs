using System.Net;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Cancel;
using GemmaOperator.Builds.Steps.Promote;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.References;
using k8s.Models;

namespace Operator.Tests.Builds.Steps.Promote;

/// <summary>Verified work survives a cosmetic failure: a tag that can't move fails no build.</summary>
internal sealed class AliasTagsTests
{
    private static readonly Candidate Candidate = Candidate.Of(A.Image(1));

    /// <summary>As the registries' documentation and public reports have them.</summary>
    [TestCase(400, """{"errors":[{"code":"TAG_INVALID","message":"immutable"}]}""", "TagImmutable", TestName = "ECR")]
    [TestCase(400, """{"errors":[{"code":"MANIFEST_INVALID"}]}""", "TagImmutable", TestName = "GAR 400")]
    [TestCase(409, "", "TagImmutable", TestName = "GAR, Quay 409")]
    [TestCase(412, """{"errors":[{"code":"PRECONDITION"}]}""", "TagImmutable", TestName = "Harbor")]
    [TestCase(405, """{"errors":[{"code":"UNSUPPORTED"}]}""", "TagImmutable", TestName = "ACR, locked")]
    [TestCase(422, "", "TagImmutable", TestName = "any other refusal")]
    [TestCase(403, """{"errors":[{"code":"DENIED"}]}""", "TagRefused", TestName = "GHCR")]
    [TestCase(401, "", "TagRefused", TestName = "credentials without the right")]
    [TestCase(503, "", "RegistryUnavailable", TestName = "an outage")]
    public void Alias_each_refusal_has_its_reason(int status, string body, string reason)
    {
        using var response = new HttpResponseMessage((HttpStatusCode)status);
        var refusal = RegistryFailure.Of(
            response,
            "PUT r.example/v2/x/manifests/latest",
            body,
            new DateTimeOffset(A.Morning)
        );
        var problem = AliasProblem.Of(ImageTag.Parse("latest"), isThere: true, refusal);
        Assert.That(problem.Reason, Is.EqualTo(reason));
    }

    [TestCase("TagImmutable")]
    [TestCase("RegistryUnavailable")]
    public void Alias_the_build_ends_well_and_its_condition_names_the_field_and_the_next_try(string reason)
    {
        var s = Given.Snapshot(A.Build(1).WithCandidate()) with { CredentialsVersion = "push@1" };
        var report = new PromoteImage(Candidate).After(s, new PromotedImage(A.Morning, Problem(reason)));
        var after = s.Then(report);
        var told = AliasTags.Condition(report.Status)!;
        var at = AliasTags.RetryAt(report.Status)!.Value;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(after.Build.HasSucceeded);
            Assert.That(report.Status.Promoted, Is.Not.Null, "it is rolled out");
            Assert.That((told.Status, told.Reason), Is.EqualTo(("False", reason)));
            Assert.That(told.Message, Does.StartWith("spec.output.aliasTags: ").And.Contain($"{at:HH:mm:ss} UTC"));
            Assert.That(at - A.Morning, Is.InRange(TimeSpan.FromMinutes(3.75), TimeSpan.FromMinutes(5)));
            Assert.That(report.Event!.IsWarning);
            Assert.That(Given.Decide(after.Build), Is.TypeOf<MoveAliasTags>(), "its Secret has changed");
            Assert.That(Decide(after), Is.EqualTo(new AwaitAliasTags(at)));
            Assert.That(Decide(after with { Now = at }), Is.EqualTo(new MoveAliasTags(Candidate)));
            Assert.That(Decide(after with { CredentialsVersion = "push@2" }), Is.EqualTo(new MoveAliasTags(Candidate)));
        }
    }

    [Test]
    public void Alias_a_tag_never_goes_back_to_an_older_image()
    {
        var s = Given.Snapshot(A.Build(1).WithCandidate());
        var after = s.Then(new PromoteImage(Candidate).After(s, new PromotedImage(A.Morning, Problem("TagRefused"))));
        Assert.That(Decide(after with { Now = A.Morning.AddDays(1), IsOutdated = true }), Is.TypeOf<Finished>());
    }

    [Test]
    public void Alias_tries_slow_down_are_told_once_and_end_with_the_tag_in_place()
    {
        var s = Given.Snapshot(A.Build(1).WithCandidate());
        s = s.Then(new PromoteImage(Candidate).After(s, new PromotedImage(A.Morning, Problem("TagImmutable"))));
        for (var i = 0; i < 8; i++)
        {
            var at = AliasTags.RetryAt(s.Status)!.Value;
            var again = new MoveAliasTags(Candidate).After(
                s with
                {
                    Now = at,
                },
                new PromotedImage(at, Problem("TagImmutable"))
            );
            Assert.That(again.Event, Is.Null, "it was told");
            s = s.Then(again) with { Now = at };
        }

        var pause = AliasTags.RetryAt(s.Status)!.Value - s.Now;
        var ended = new MoveAliasTags(Candidate).After(s, new PromotedImage(s.Now));
        var moved = AliasTags.Condition(ended.Status)!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(pause, Is.InRange(TimeSpan.FromMinutes(45), TimeSpan.FromMinutes(60)));
            Assert.That(s.Build.HasSucceeded);
            Assert.That((moved.Status, moved.Reason), Is.EqualTo(("True", "TagsMoved")));
            Assert.That(AliasTags.RetryAt(ended.Status), Is.Null);
            Assert.That(Decide(s.Then(ended)), Is.TypeOf<Finished>());
        }
    }

    [Test]
    public void Alias_no_tags_no_condition()
    {
        var build = A.Build(1).WithCandidate().With(t => t with { Output = t.Output with { AliasTags = [] } });
        var report = new PromoteImage(Candidate).After(Given.Snapshot(build), new PromotedImage(A.Morning));
        Assert.That(report.Status.Conditions.Select(c => c.Type), Is.EqualTo([ConditionType.Succeeded]));
    }

    private static BuildStep Decide(BuildSnapshot s) => GemmaOperator.Builds.Reconcile.BuildPlanner.Decide(s).Decision;

    private static AliasProblem Problem(string reason) => new(reason, "latest can't be moved", "Do something.");
}
