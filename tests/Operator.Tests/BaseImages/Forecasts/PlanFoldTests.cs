using System.Text.Json;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Plans;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Forecasts;
using GemmaOperator.Runtime.Client;
using k8s.Models;

namespace Operator.Tests.BaseImages.Forecasts;

/// <summary>What a status says of a forecast is small, and tells nobody of another's objects.</summary>
internal sealed class PlanFoldTests
{
    private const int MostBytes = 24 * 1024;

    [Test]
    public void A_first_build_is_told_with_what_it_takes()
    {
        var plan = Plan(A.Snapshot(A.BaseImage().Knowing(1)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(plan.Result.Value, Is.EqualTo(PlanResult.BuildNeeded));
            Assert.That(plan.Build!.Name, Is.EqualTo("gemma-b1"));
            Assert.That(plan.Build.Reasons, Is.EqualTo(new[] { "Initial" }));
            Assert.That(plan.Build.BaseDigest, Is.EqualTo(A.Digest(1)));
            Assert.That(plan.Build.Effort, Does.Contain("spec.cost.fullBuildMinutes"));
            Assert.That(plan.Build.IsDueAnyway, Is.Null, "it is the object's own spec");
            Assert.That(plan.Rollout!.AfterBuild, Does.Contain("replaces all pods"));
        }
    }

    [Test]
    public void A_base_that_nobody_has_asked_for_has_no_digest() =>
        Assert.That(Plan(A.Snapshot()).Build!.BaseDigest, Is.Null);

    [Test]
    public void A_suspended_object_says_what_comes_after_and_has_no_tick()
    {
        var plan = Plan(A.Snapshot(A.BaseImage(s => s with { Suspend = true, Schedule = "0 9 * * 1" }).Knowing(1)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(plan.Result.Value, Is.EqualTo(PlanResult.BuildNeeded));
            Assert.That(plan.Rule, Does.Contain("suspend"));
            Assert.That(plan.NextScheduleTime, Is.Null);
        }
    }

    [Test]
    public void Of_another_namespace_nothing_is_told()
    {
        var plan = Plan(A.Snapshot(A.BaseImage().Knowing(1)), [Other("near", "ml"), Other("far", "rivals")]);
        Assert.That(plan.SharesBase, Is.EqualTo(new[] { "near" }));
        Assert.That(Json(plan), Does.Not.Contain("far").And.Not.Contain("rivals"));
    }

    [Test]
    public void Whatever_there_is_a_plan_is_small()
    {
        var known = A.Inputs("i2");
        var fields = Enumerable
            .Range(0, 500)
            .ToDictionary(
                i => $"spec.env[name=VARIABLE_{i:000}]{new string('x', 300)}",
                _ => "1",
                StringComparer.Ordinal
            );
        var image = A.BaseImage(s => s with { Base = s.Base with { Image = new string('a', 5000) } }).Knowing(1);
        var plan = Plan(
            A.Snapshot(image, known with { Fields = fields }, [A.Build(1).Succeeded()]),
            [.. Enumerable.Range(0, 500).Select(i => Other($"neighbour-{i}-{new string('n', 200)}", "ml"))]
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(plan.Build!.Changes, Has.Count.EqualTo(PlanStatus.MostItems));
            Assert.That(plan.SharesBase, Has.Count.EqualTo(PlanStatus.MostItems));
            Assert.That(Json(plan), Has.Length.LessThan(MostBytes));
        }
    }

    [Test]
    public void What_is_refused_is_told_in_one_visible_line_without_credentials()
    {
        var refused = new BuildRequest.Refused(
            ImageReason.Stalled.InvalidSpec,
            "spec.env: \u001b[2Jhttps://ann:horse@host/\nand more"
        );
        var plan = Plan(A.Snapshot(inputs: refused));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(plan.Result.Value, Is.EqualTo(PlanResult.Refused));
            Assert.That(plan.Reason, Is.EqualTo("InvalidSpec"));
            Assert.That(plan.Message, Does.StartWith("spec.env: ").And.Not.Contain("horse"));
            Assert.That(plan.Message.Any(char.IsControl), Is.False);
            Assert.That(plan.Build, Is.Null);
            Assert.That(plan.Rollout, Is.Null);
        }
    }

    private static GemmaBaseImage Other(string name, string ns)
    {
        var other = A.BaseImage().Knowing(1);
        return other with
        {
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = ns },
        };
    }

    private static PlanStatus Plan(ImageSnapshot s, IReadOnlyList<GemmaBaseImage>? others = null) =>
        PlanFold.Of(new PlanRequest("now"), s.Image, Forecast.Of(null, s, others ?? []));

    private static string Json(PlanStatus plan) => JsonSerializer.Serialize(plan, KubeJson.Options);
}
