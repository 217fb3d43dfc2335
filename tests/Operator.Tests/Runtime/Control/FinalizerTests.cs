using GemmaOperator.Runtime.Contracts;
using Operator.Tests.Clusters;
using Operator.Tests.Runtime.Gadgets;

namespace Operator.Tests.Runtime.Control;

/// <summary>An entity with finalizers of ours ends in order.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class FinalizerTests
{
    private const string FinalizerName = Gadget.Domain + "/cleanup";

    [Test]
    public async Task A_finalizer_is_attached_run_until_it_is_done_and_taken_off()
    {
        await using var world = await World.StartAsync();
        var cleanup = new Cleanup();
        world.Build(_ => { }).WithFinalizer(FinalizerName, cleanup);
        await world.RunAsync();
        await world.CreateAsync("a", 1);
        await Eventually.That(
            () => world.Cache.Get(world.Namespace, "a")?.Metadata.Finalizers?.Contains(FinalizerName) == true,
            "attached"
        );

        await world.DeleteAsync("a");
        await Eventually.That(() => world.Deleted.Contains("a"), "gone at last");
        Assert.That(cleanup.Calls, Is.EqualTo(3), "two refusals, one success");
    }

    private sealed class Cleanup : IEntityFinalizer<Gadget>
    {
        public int Calls;

        public Task<ReconciliationResult<Gadget>> FinalizeAsync(Gadget entity, CancellationToken cancellationToken) =>
            Task.FromResult(
                ++Calls < 3
                    ? ReconciliationResult<Gadget>.Failure(entity, "not yet")
                    : ReconciliationResult<Gadget>.Success(entity)
            );
    }
}
