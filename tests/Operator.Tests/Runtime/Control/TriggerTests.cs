using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Control;
using k8s.Models;
using Operator.Tests.Clusters;
using Operator.Tests.Runtime.Gadgets;

namespace Operator.Tests.Runtime.Control;

/// <summary>Which changes lead to a reconcile, and which don't.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class TriggerTests
{
    [Test]
    public async Task A_status_of_our_own_needs_no_reconcile_where_the_predicate_says_so()
    {
        await using var world = await World.StartAsync();
        var calls = 0;
        world
            .Build(gadget =>
            {
                Interlocked.Increment(ref calls);
                return ReconciliationResult<Gadget>.Success(gadget);
            })
            .WithPredicate(Predicates.MoreThanStatus);
        await world.RunAsync();
        await world.CreateAsync("a", 1);
        await Eventually.That(() => calls == 1, "it was looked at");

        await world.Cluster.Api.ApplyStatusAsync(
            new Gadget
            {
                Metadata = new V1ObjectMeta { NamespaceProperty = world.Namespace, Name = "a" },
                Status = new GadgetStatus(1, 1),
            },
            CancellationToken.None
        );
        await Eventually.That(() => world.Cache.Get(world.Namespace, "a")!.IsSettled, "the status has arrived");
        await world.CreateAsync("a", 2);
        await Eventually.That(() => calls >= 2, "the spec was looked at");
        Assert.That(calls, Is.EqualTo(2));
    }

    [Test]
    public async Task A_secret_that_changes_wakes_those_that_use_it_and_its_content_is_never_fetched()
    {
        await using var world = await World.StartAsync();
        var calls = 0;
        world
            .Build(gadget =>
            {
                Interlocked.Increment(ref calls);
                return ReconciliationResult<Gadget>.Success(gadget);
            })
            .WatchesMetadata<V1Secret>(secret => [new ObjectKey(secret.Metadata.NamespaceProperty, "a")]);
        var secrets = world.Host.MetadataCache<V1Secret>();
        await world.RunAsync();
        await world.CreateAsync("a", 1);
        await Eventually.That(() => calls == 1, "it was looked at");

        await world.Cluster.Api.CreateAsync(
            new V1Secret
            {
                Metadata = new V1ObjectMeta { NamespaceProperty = world.Namespace, Name = "s" },
                StringData = new Dictionary<string, string> { ["password"] = "hunter2" },
            },
            CancellationToken.None
        );
        await Eventually.That(() => calls == 2, "the secret woke it");
        Assert.That(secrets.Get(world.Namespace, "s")!.Kind, Is.EqualTo("Secret"));
    }

    [Test]
    public async Task The_caches_and_controllers_of_a_running_host_are_fixed()
    {
        await using var world = await World.StartAsync();
        world.Build(_ => { });
        await world.RunAsync();
        Assert.That(() => world.Host.Cache<V1Pod>(), Throws.InvalidOperationException);
    }
}
