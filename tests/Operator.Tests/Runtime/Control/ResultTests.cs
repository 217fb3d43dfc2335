using GemmaOperator.Runtime;
using GemmaOperator.Tests.Clusters;
using GemmaOperator.Tests.Runtime.Gadgets;

namespace GemmaOperator.Tests.Runtime.Control;

/// <summary>What a reconcile says about what comes next is done.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ResultTests
{
    [Test]
    public async Task A_terminal_result_is_not_retried_until_something_changes()
    {
        await using var world = await World.StartAsync();
        var calls = 0;
        world.Build(gadget => Interlocked.Increment(ref calls) > 0 && gadget.Spec!.Size < 0
            ? ReconciliationResult<Gadget>.Terminal(gadget, "a size can't be negative")
            : ReconciliationResult<Gadget>.Success(gadget));
        await world.RunAsync();
        await world.CreateAsync("a", -1);
        await world.CreateAsync("b", 1);
        await Eventually.That(() => calls == 2, "each was looked at once");
        await world.CreateAsync("a", 2);
        await Eventually.That(() => calls == 3, "the change was looked at");
    }

    [Test]
    public async Task A_success_may_ask_to_come_back_and_a_failure_says_when()
    {
        await using var world = await World.StartAsync();
        var calls = 0;
        world.Build(gadget => Interlocked.Increment(ref calls) switch
        {
            1 => ReconciliationResult<Gadget>.Success(gadget, TimeSpan.FromMilliseconds(20)),
            2 => ReconciliationResult<Gadget>.Failure(gadget, "not yet", requeueAfter: TimeSpan.FromMilliseconds(20)),
            3 => ReconciliationResult<Gadget>.Failure(gadget, "not yet"),
            _ => ReconciliationResult<Gadget>.Success(gadget),
        });
        await world.RunAsync();
        await world.CreateAsync("a", 1);
        await Eventually.That(() => calls == 4, "it came back three times");
    }
}
