using GemmaOperator.Api.BaseImages;
using GemmaOperator.BaseImages.Adoption;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Reconcile;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Status;
using GemmaOperator.Cluster;
using GemmaOperator.Rules;
using k8s;
using k8s.Models;
using Operator.Tests.Runtime;

namespace Operator.Tests.BaseImages.Adoption;

/// <summary>A cache still has an object that is gone, or is going: nothing is taken over or made for it.</summary>
internal sealed class GoneObjectTests
{
    private static readonly V1Deployment Deployment = new()
    {
        ApiVersion = "apps/v1",
        Kind = "Deployment",
        Metadata = new V1ObjectMeta { Name = "gemma", NamespaceProperty = "team" },
        Spec = new V1DeploymentSpec { Template = new V1PodTemplateSpec { Spec = new V1PodSpec { Containers = [] } } },
    };

    [Test]
    public async Task Nothing_is_written_for_one_that_is_gone_or_goes_or_has_another_life()
    {
        var image = A.BaseImage();
        var going = A.BaseImage();
        going.Metadata.DeletionTimestamp = A.Morning;
        var other = A.BaseImage();
        other.Metadata.Uid = "another-life";
        foreach (var live in new[] { null, going, other })
        {
            var api = new OneObject(live);
            Assert.That(await CarryOutAsync(api, image, Making), Is.Null);
            Assert.That(await CarryOutAsync(api, image, TakingOver), Is.Null);
            Assert.That((api.Asked, api.Written), Is.EqualTo((2, 0)));
        }
    }

    [Test]
    public async Task What_is_first_made_for_one_that_stays_is_written()
    {
        var api = new OneObject(A.BaseImage());
        Assert.That(await CarryOutAsync(api, A.BaseImage(), Making), Is.Not.Null);
        Assert.That((api.Asked, api.Written), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task Nobody_is_asked_where_nothing_is_taken_over_or_made()
    {
        var api = new OneObject(null);
        Assert.That(await CarryOutAsync(api, A.BaseImage(), plan => plan), Is.Not.Null);
        Assert.That((api.Asked, api.Written), Is.EqualTo((0, 0)));
    }

    private static ImagePlan Making(ImagePlan plan) =>
        plan with
        {
            Workload = new WorkloadChanges(Service: null, Deployment, Budget: null, UnwantedBudget: null),
        };

    private static ImagePlan TakingOver(ImagePlan plan) =>
        plan with
        {
            Owners = [new OwnerChange(Deployment, [], Owns: true)],
        };

    private static Task<ImageOutcome?> CarryOutAsync(
        OneObject api,
        GemmaBaseImage image,
        Func<ImagePlan, ImagePlan> change
    )
    {
        var snapshot = A.Snapshot(image.Knowing(1));
        var plan = ImagePlan.Decide(snapshot) with
        {
            Freshness = new Ruling<ImageDecision>("nothing is due", new ImageDecision.Settled(null)),
            Workload = null,
        };
        return new ImageEffects(api, null!, null!, null!, null!, null!, new StatusWriter(api)).CarryOutAsync(
            snapshot,
            change(plan),
            CancellationToken.None
        );
    }

    /// <summary>Has one object, and nothing else.</summary>
    private sealed class OneObject(GemmaBaseImage? live) : ScriptedApi
    {
        public int Asked { get; private set; }

        public int Written { get; private set; }

        public override Task<T?> GetAsync<T>(string? ns, string name, CancellationToken cancellationToken)
            where T : class
        {
            if (typeof(T) != typeof(GemmaBaseImage))
            {
                return Task.FromResult<T?>(null);
            }

            Asked++;
            return Task.FromResult(live as T);
        }

        public override Task<T> ApplyAsync<T>(T body, CancellationToken cancellationToken)
        {
            Written++;
            return Task.FromResult(body);
        }
    }
}
