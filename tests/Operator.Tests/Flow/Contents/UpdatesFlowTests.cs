using System.Text.Json.Nodes;
using GemmaOperator.Api.Builds;

namespace Operator.Tests.Flow.Contents;

/// <summary>Updates of the operating system, and requests by hand that bring them now.</summary>
internal sealed class UpdatesFlowTests
{
    [Test]
    public async Task A_request_brings_new_packages_and_what_was_held_and_moved_serves_nobody()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(stage.Image());
        var first = await stage.UntilReadyAsync();
        Assert.That(Stage.Is(first, "SystemUpdated", "True", "Updated"));

        await stage.AskForBuildAsync("monday");
        await stage.UntilAsync(i => i.Status?.LatestImage?.Build == "gemma-b2", "the second image is published");
        await stage.AskForBuildAsync("tuesday cached");
        await stage.UntilAsync(i => i.Status?.LatestImage?.Build == "gemma-b3", "the third image is published");

        stage.Check.Spoil = report =>
        {
            report["systemUpdates"]!["movedCount"] = 1;
            report["systemUpdates"]!["moved"] = new JsonArray(
                new JsonObject
                {
                    ["name"] = "libnccl2:amd64",
                    ["held"] = "2.25",
                    ["found"] = "2.26",
                }
            );
        };
        await stage.AskForBuildAsync("wednesday");
        var image = await stage.UntilAsync(
            i => Stage.Is(i, "Verified", "False", "HeldPackagesMoved"),
            "the fourth image is rejected"
        );

        var builds = (await stage.ListAsync<GemmaBuild>()).OrderBy(b => b.Number).ToList();
        var epochs = builds.Select(b => b.Spec!.Resolved.CacheEpoch).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(epochs[1], Does.EndWith("-b2"));
            Assert.That(epochs[2], Is.EqualTo(epochs[1]));
            Assert.That(epochs[3], Does.EndWith("-b4"));
            Assert.That(builds[0].Status!.Verification!.SystemUpdates!.PackageManager, Is.EqualTo("apt-get"));
            Assert.That(image.Status!.LatestImage!.Build, Is.EqualTo("gemma-b3"));
            Assert.That(Stage.Is(image, "Ready", "True"));
            Assert.That(Stage.Is(image, "Fresh", "False", "RefreshFailed"));
        }
    }

    [Test]
    public async Task An_outage_of_the_mirror_takes_no_updates_back_and_is_over_when_it_is_over()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(stage.Image());
        await stage.UntilReadyAsync();

        stage.Check.Spoil = report =>
        {
            report["systemUpdates"]!["result"] = "Unavailable";
            report["systemUpdates"]!["said"] = "E: Failed to fetch";
        };
        await stage.AskForBuildAsync("monday");
        var image = await stage.UntilAsync(
            i => Stage.Is(i, "Verified", "False", "SystemUpdatesMissing"),
            "the second image is rejected"
        );
        Assert.That(image.Status!.LatestImage!.Build, Is.EqualTo("gemma-b1"));
        Assert.That(Stage.Is(image, "Ready", "True"));

        stage.Check.Spoil = _ => { };
        stage.Time.Advance(TimeSpan.FromHours(1));
        await stage.NudgeAsync();
        await stage.UntilAsync(i => i.Status?.LatestImage?.Build == "gemma-b3", "the third image is published");
        var builds = (await stage.ListAsync<GemmaBuild>()).OrderBy(b => b.Number).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(builds[2].Spec!.Template.ReuseBase, Is.Null);
            Assert.That(builds[1].Spec!.Resolved.CacheEpoch, Does.EndWith("-b2"));
            Assert.That(builds[2].Spec!.Resolved.CacheEpoch, Does.EndWith("-b3"));
        }
    }

    [Test]
    public async Task A_base_without_apt_is_served_and_named()
    {
        await using var stage = await Stage.StartAsync();
        stage.Check.Spoil = report =>
        {
            report["systemUpdates"]!["result"] = "Unsupported";
            report["systemUpdates"]!["manager"] = "microdnf";
        };
        await stage.ApplyAsync(stage.Image());
        var image = await stage.UntilReadyAsync();
        var told = image.Status!.Conditions.Single(c => c.Type == "SystemUpdated");
        Assert.That((told.Status, told.Reason), Is.EqualTo(("False", "Unsupported")));
        Assert.That(told.Message, Does.Contain("the base has microdnf"));
    }
}
