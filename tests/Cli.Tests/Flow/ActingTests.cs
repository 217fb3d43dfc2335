using GemmaOperator.Api.Builds;
using KubectlGemma.Output;
using Operator.Tests.Flow;

namespace Cli.Tests.Flow;

/// <summary>What people ask for is done, and is waited for as long as they like.</summary>
public sealed class ActingTests
{
    [Test]
    public async Task A_rebuild_a_roll_back_and_a_pin_do_what_they_say()
    {
        await using var world = await World.StartAsync();
        await world.Stage.ApplyAsync(world.Stage.Image());
        await world.Stage.UntilReadyAsync();

        var rebuilt = await world.RunAsync("rebuild", "gemma", "--reason", "CVE-2026-1", "--wait", "--timeout", "1m");
        Assert.That(rebuilt.Code, Is.Zero, rebuilt.Err + rebuilt.Out);
        Assert.That(rebuilt.Out, Does.Contain("asked for a build").And.Contain("gemma-b2 Completed"));
        var second = (await world.BuildsAsync()).Single(b => b.BuildName == "gemma-b2");
        Assert.That(second.RequestedAt, Does.EndWith(" CVE-2026-1"));
        await world.Stage.UntilAsync(i => i.Status?.PreviousImage?.Build == "gemma-b1", "the second serves");

        var back = await world.RunAsync("rollback", "gemma", "--wait", "--timeout", "1m");
        Assert.That(back.Code, Is.Zero, back.Err + back.Out);
        var image = await world.Stage.ReadAsync();
        Assert.That(image.Spec!.Rollout.PinnedBuild, Is.EqualTo("gemma-b1"));
        Assert.That(image.Status!.ServingImage!.Build, Is.EqualTo("gemma-b1"));

        var unpinned = await world.RunAsync("unpin", "gemma", "--wait", "--timeout", "1m");
        Assert.That(unpinned.Code, Is.Zero, unpinned.Err + unpinned.Out);
        Assert.That((await world.Stage.ReadAsync()).Status!.ServingImage!.Build, Is.EqualTo("gemma-b2"));

        // An annotation raises no generation: what is there already is well, and not what is asked for.
        var pinned = await world.RunAsync("pin", "gemma", "gemma-b1", "--for", "4h", "--wait", "--timeout", "1m");
        Assert.That(pinned.Code, Is.Zero, pinned.Err + pinned.Out);
        Assert.That((await world.Stage.ReadAsync()).Status!.ServingImage!.Build, Is.EqualTo("gemma-b1"));
        var ended = await world.RunAsync("unpin", "gemma", "--wait", "--timeout", "1m");
        Assert.That(ended.Code, Is.Zero, ended.Err + ended.Out);
        Assert.That((await world.Stage.ReadAsync()).Status!.ServingImage!.Build, Is.EqualTo("gemma-b2"));
    }

    [Test]
    public async Task A_suspension_is_written_and_a_dry_run_isnt()
    {
        await using var world = await World.StartAsync();
        await world.Stage.StopOperatorAsync();
        await world.Stage.ApplyAsync(world.Stage.Image());
        foreach (var how in (string[])["client", "server"])
        {
            var dry = await world.RunAsync("suspend", "gemma", "--dry-run", how);
            Assert.That(dry.Code, Is.Zero, dry.Err);
            Assert.That((await world.Stage.ReadAsync()).Spec!.Suspend, Is.False);
        }

        Assert.That((await world.RunAsync("suspend", "gemma")).Code, Is.Zero);
        Assert.That((await world.Stage.ReadAsync()).Spec!.Suspend, Is.True);
        var again = await world.RunAsync("suspend", "gemma");
        Assert.That(again.Code, Is.EqualTo(ExitCode.Refused));
        Assert.That((await world.RunAsync("resume", "gemma")).Code, Is.Zero);
        Assert.That((await world.Stage.ReadAsync()).Spec!.Suspend, Is.False);

        var waited = await world.RunAsync("rebuild", "gemma", "--wait", "--timeout", "1s");
        Assert.That(waited.Code, Is.EqualTo(ExitCode.TimedOut));
        Assert.That(waited.Err, Does.Contain("--timeout"));
    }
}
