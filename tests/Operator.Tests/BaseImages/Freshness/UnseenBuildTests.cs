using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Reconcile;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Status;
using GemmaOperator.Cluster;
using GemmaOperator.Owners;
using Operator.Tests.Runtime;

namespace Operator.Tests.BaseImages.Freshness;

/// <summary>A new leader whose cache is behind: the status tells of a build that the cache doesn't have.</summary>
internal sealed class UnseenBuildTests
{
    [Test]
    public async Task A_build_that_is_there_after_all_is_taken_for_the_one_that_is_due()
    {
        var api = new Builds(A.Build(2));
        var outcome = await StartAsync(api);
        Assert.That((outcome.Started!.BuildName, api.Created), Is.EqualTo(("gemma-b2", (string?)null)));
    }

    [Test]
    public async Task One_that_is_gone_is_made_anew_under_the_next_number()
    {
        var api = new Builds(null);
        var outcome = await StartAsync(api);
        Assert.That((outcome.Started!.BuildName, api.Created), Is.EqualTo(("gemma-b3", "gemma-b3")));
    }

    [Test]
    public async Task One_of_an_earlier_object_of_this_name_is_none_of_ours()
    {
        var build = A.Build(2);
        var api = new Builds(
            build with
            {
                Spec = build.Spec! with { ImageRef = build.Spec.ImageRef with { Uid = "an-earlier-object" } },
            }
        );
        Assert.That((await StartAsync(api)).Started!.BuildName, Is.EqualTo("gemma-b3"));
    }

    private static async Task<ImageOutcome> StartAsync(Builds api)
    {
        var image = A.BaseImage() with
        {
            Status = new GemmaBaseImageStatus
            {
                BuildCounter = 2,
                LatestBuild = "gemma-b2",
                NextBuild = OwnBuilds.Announce(A.Build(2)),
            },
        };
        var snapshot = A.Snapshot(image.Knowing(1));
        var plan = ImagePlan.Decide(snapshot);
        Assert.That(
            plan.Freshness.Decision,
            Is.TypeOf<ImageDecision.StartBuild>().With.Property("Unless").EqualTo("gemma-b2")
        );
        var effects = new ImageEffects(api, null!, null!, null!, null!, null!, new StatusWriter(api));
        return (await effects.CarryOutAsync(snapshot, plan with { Workload = null }, CancellationToken.None))!;
    }

    private sealed class Builds(GemmaBuild? there) : ScriptedApi
    {
        public string? Created { get; private set; }

        public override Task<T?> GetAsync<T>(string? ns, string name, CancellationToken cancellationToken)
            where T : class => Task.FromResult(there?.BuildName == name ? there as T : null);

        public override Task<T> ApplyStatusAsync<T>(T body, CancellationToken cancellationToken) =>
            Task.FromResult(body);

        public override Task<T> CreateAsync<T>(T body, CancellationToken cancellationToken)
        {
            Created = body.Metadata.Name;
            return Task.FromResult(body);
        }
    }
}
