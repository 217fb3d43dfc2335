using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Plans;
using GemmaOperator.Api.Words;
using GemmaOperator.Runtime.Contracts;
using Operator.Tests.Clusters;

namespace Operator.Tests.Flow;

/// <summary>
/// Whoever asks by the annotation is told what a spec leads to, once, and nothing happens because of it.
/// </summary>
internal sealed class PlanFlowTests
{
    private Stage _stage = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _stage = await Stage.StartAsync();
        await _stage.ApplyAsync(_stage.Image());
        await _stage.UntilReadyAsync();
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await _stage.DisposeAsync();

    [Test]
    public async Task An_object_is_asked_about_itself_once_for_each_request()
    {
        var first = await AskAsync(_stage.Image(), "first");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Result.Value, Is.EqualTo(PlanResult.NoBuild));
            Assert.That(first.Rule, Is.EqualTo("nothing is due before the next tick or poll"));
            Assert.That(first.Rollout!.Effect, Is.EqualTo("None"));
            Assert.That(first.Build, Is.Null);
            Assert.That(first.SoonerBy, Has.Some.Contains("a moved tag"));
        }

        _stage.Time.Advance(TimeSpan.FromMinutes(5));
        var reconciles = await _stage.ReconcilesAsync("gemmabaseimage");
        await _stage.NudgeAsync();
        await Eventually.ThatAsync(
            async () => await _stage.ReconcilesAsync("gemmabaseimage") > reconciles,
            "it was looked at again"
        );
        Assert.That((await ReadAsync("gemma")).Status!.Plan, Is.EqualTo(first).Using<PlanStatus>(SameAnswer));
        var second = await AskAsync(_stage.Image(), "second");
        Assert.That(second.Time, Is.GreaterThan(first.Time!.Value), "another word is another question");
    }

    [Test]
    public async Task A_suspended_copy_says_what_its_spec_would_do_in_place_of_another_object()
    {
        var plan = await AskAsync(Copy("pull-7", spec => spec with { SystemPackages = ["curl", "git"] }), "7 gemma");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(plan.InPlaceOf, Is.EqualTo("gemma"));
            Assert.That(plan.Result.Value, Is.EqualTo(PlanResult.BuildNeeded));
            Assert.That(plan.Build!.Name, Is.EqualTo("gemma-b2"));
            Assert.That(plan.Build.Changes, Is.EqualTo(new[] { "spec.systemPackages" }));
            Assert.That(plan.Build.DockerfileHash, Does.Match("^sha256:[0-9a-f]{64}$"));
            Assert.That(plan.Build.IsDueAnyway, Is.False);
            Assert.That(plan.Rollout!.Effect, Is.EqualTo("None"));
            Assert.That(plan.Rollout.AfterBuild, Does.Contain("replaces all pods after the build"));
            Assert.That(plan.Rollout.BytesPerNode, Is.Positive);
        }

        var builds = await _stage.Api.ListAsync<GemmaBuild>(
            new ListQuery { Namespace = _stage.Cluster.Namespace },
            CancellationToken.None
        );
        Assert.That(builds.Items.Select(b => b.BuildName), Is.EqualTo(new[] { "gemma-b1" }));
        Assert.That(Stage.Is(await ReadAsync("gemma"), "Ready", "True"), "the object itself goes on");
        Assert.That(Stage.Is(await ReadAsync("pull-7"), "Stalled", "True", "RepositoryTaken"));
    }

    [Test]
    public async Task What_is_refused_or_misunderstood_is_told_by_its_field()
    {
        var taken = await AskAsync(
            Copy("pull-8", spec => spec with { Requirements = new() { ConfigMapRef = new() { Name = "nowhere" } } }),
            "8 gemma"
        );
        var stranger = await AskAsync(Copy("pull-9", spec => spec), "9 nobody");
        var nonsense = await AskAsync(Copy("pull-10", spec => spec), "10 gemma and more");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(taken.Result.Value, Is.EqualTo(PlanResult.Refused));
            Assert.That(taken.Reason, Is.EqualTo("ConfigMapNotFound"));
            Assert.That(taken.Message, Does.StartWith("spec.requirements.configMapRef: "));
            Assert.That(taken.Rollout?.Effect, Is.EqualTo("None"), "what serves goes on serving");
            Assert.That(
                stranger.Message,
                Does.StartWith("metadata.annotations[gemmaoperator.io/plan]: there is no GemmaBaseImage nobody")
            );
            Assert.That(nonsense.Result.Value, Is.EqualTo(PlanResult.Refused));
            Assert.That(nonsense.Message, Does.StartWith("metadata.annotations[gemmaoperator.io/plan]: "));
        }
    }

    [Test]
    public async Task Who_asks_no_more_has_no_plan()
    {
        await AskAsync(_stage.Image(), "third");
        await _stage.ApplyAsync(_stage.Image());
        await Eventually.ThatAsync(
            async () => (await ReadAsync("gemma")).Status!.Plan is null,
            "the plan goes with the annotation"
        );
    }

    private static bool SameAnswer(PlanStatus a, PlanStatus b) =>
        (a.ObservedRequest, a.Time, a.Message) == (b.ObservedRequest, b.Time, b.Message);

    private GemmaBaseImage Copy(string name, Func<GemmaBaseImageSpec, GemmaBaseImageSpec> change)
    {
        var copy = _stage.Image(spec => change(spec) with { Suspend = true });
        copy.Metadata.Name = name;
        return copy;
    }

    private async Task<PlanStatus> AskAsync(GemmaBaseImage image, string request)
    {
        image.Metadata.Annotations = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [ApiGroup.PlanAnnotation] = request,
        };
        await _stage.ApplyAsync(image);
        PlanStatus? plan = null;
        await Eventually.ThatAsync(
            async () =>
                (plan = (await ReadAsync(image.Metadata.Name)).Status?.Plan) is { } answer
                && answer.ObservedRequest == request,
            $"{image.Metadata.Name} has the answer to {request}"
        );
        return plan!;
    }

    private async Task<GemmaBaseImage> ReadAsync(string name) =>
        (await _stage.Api.GetAsync<GemmaBaseImage>(_stage.Cluster.Namespace, name, CancellationToken.None))!;
}
