using GemmaOperator.BaseImages.Defaults;
using k8s.Models;

namespace Cli.Tests.Flow;

/// <summary>What an object takes over is shown, and counts when it is asked what comes of it.</summary>
public sealed class InheritedTests
{
    [Test]
    public async Task Where_values_are_from_is_shown_and_what_counts_is_asked()
    {
        await using var world = await World.StartAsync();
        await world.Stage.Api.ApplyAsync(
            new V1ConfigMap
            {
                Metadata = new V1ObjectMeta
                {
                    Name = DefaultsObjects.Source,
                    NamespaceProperty = world.Stage.Cluster.Namespace,
                },
                Data = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    [DefaultsObjects.SourceKey] = "verification: {imports: [torch, numpy]}",
                },
            },
            CancellationToken.None
        );
        await world.Stage.ApplyAsync(world.Stage.Image());
        await world.Stage.UntilReadyAsync();
        var status = await world.RunAsync("status", "gemma");
        var why = await world.RunAsync("why", "gemma");
        Assert.Multiple(() =>
        {
            Assert.That(status.Out, Does.Contain("inherits").And.Contain("verification.imports"), status.Err);
            Assert.That(status.Out, Does.Contain("ConfigMap gemma-defaults"));
            Assert.That(why.Out, Does.Contain("verification.imports = [\"torch\",\"numpy\"]"), why.Err);
            Assert.That(why.Out, Does.Not.Contain("SpecChanged"), "it is built from just that");
        });
    }
}
