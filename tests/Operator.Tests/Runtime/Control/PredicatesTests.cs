using GemmaOperator.Runtime.Control;
using k8s.Models;

namespace Operator.Tests.Runtime.Control;

[Parallelizable(ParallelScope.All)]
public sealed class PredicatesTests
{
    [Test]
    public void A_change_of_the_status_alone_does_not_matter() =>
        Assert.That(Predicates.MoreThanStatus(Deployment(_ => { }), Deployment(d => d.Status.Replicas = 3)), Is.False);

    private static IEnumerable<TestCaseData<Action<V1Deployment>>> Changes() =>
        [
            new(d => d.Metadata.Generation = 8) { TestName = "Its spec" },
            new(d => d.Metadata.DeletionTimestamp = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc))
            {
                TestName = "Its deletion",
            },
            new(d => d.Metadata.Labels = null) { TestName = "Labels that are gone" },
            new(d => d.Metadata.Labels["team"] = "other") { TestName = "A label's value" },
            new(d => d.Metadata.Annotations = new Dictionary<string, string> { ["note"] = "" })
            {
                TestName = "An annotation",
            },
            new(d => d.Metadata.Finalizers = ["elsewhere.test/cleanup"]) { TestName = "A finalizer" },
            new(d => d.Metadata.OwnerReferences = [new V1OwnerReference { Uid = "u" }]) { TestName = "An owner" },
        ];

    [TestCaseSource(nameof(Changes))]
    public void Everything_else_matters(Action<V1Deployment> change)
    {
        Assert.That(Predicates.MoreThanStatus(Deployment(_ => { }), Deployment(change)), Is.True);
        Assert.That(
            Predicates.MoreThanStatus(Deployment(change), Deployment(_ => { })),
            Is.True,
            "the other way round"
        );
    }

    [Test]
    public void Of_a_kind_without_generations_every_change_matters()
    {
        var map = new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "a" } };
        Assert.That(Predicates.MoreThanStatus(map, map), Is.True);
    }

    private static V1Deployment Deployment(Action<V1Deployment> change)
    {
        var deployment = new V1Deployment
        {
            Metadata = new V1ObjectMeta
            {
                Generation = 7,
                Labels = new Dictionary<string, string> { ["team"] = "vision", ["tier"] = "gpu" },
            },
            Status = new V1DeploymentStatus(),
        };
        change(deployment);
        return deployment;
    }
}
