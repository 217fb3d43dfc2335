using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Defaults;
using GemmaOperator.BaseImages.Defaults;
using k8s.Models;
using Operator.Tests.Clusters;
using Operator.Tests.Runtime.Faults;

namespace Operator.Tests.Flow.Inputs;

/// <summary>Defaults of a namespace and of the operator, written wrongly, mended, and read after restarts.</summary>
internal sealed class DefaultsFlowTests
{
    [Test]
    public async Task A_changed_default_builds_as_the_same_change_of_the_object_would()
    {
        await using var stage = await Stage.StartAsync();
        await WriteAsync(stage, "verification: {imports: [torch, numpy]}\nretention: {failedBuilds: 1}");
        await stage.ApplyAsync(stage.Image());
        var first = await stage.UntilReadyAsync();
        var made = (await stage.ListAsync<GemmaBuild>()).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(made.Spec!.Template.Verification!.Imports, Is.EqualTo(["torch", "numpy"]));
            Assert.That(made.Spec.ImageRef.Defaults, Is.Not.Null);
            Assert.That(
                first.Status!.Inherited!.Select(f => (f.Field, f.From.Value)),
                Is.EqualTo([
                    ("spec.retention.failedBuilds", (DefaultsOrigin?)DefaultsOrigin.Namespace),
                    ("spec.verification.imports", DefaultsOrigin.Namespace),
                ])
            );
            Assert.That(first.Spec!.Verification.Imports, Is.EqualTo(["torch"]), "the object is its author's");
        }

        // What a build isn't made of makes none.
        await WriteAsync(stage, "verification: {imports: [torch, numpy]}\nretention: {failedBuilds: 2}");
        await UntilInForceAsync(stage, "failedBuilds: 2");
        await stage.SettledAsync();
        Assert.That((await stage.ReadAsync()).Status!.BuildCounter, Is.EqualTo(1));

        await WriteAsync(stage, "verification: {imports: [torch, scipy]}");
        await stage.UntilAsync(i => i.Status!.BuildCounter == 2 && Stage.Is(i, "Ready", "True"), "it is built again");
        await stage.Api.DeleteAsync<V1ConfigMap>(
            stage.Cluster.Namespace,
            DefaultsObjects.Source,
            preconditions: null,
            CancellationToken.None
        );
        await stage.UntilAsync(
            i => i.Status!.BuildCounter == 3 && i.Status.Inherited is null && Stage.Is(i, "Ready", "True"),
            "without defaults it is its own spec"
        );
    }

    [Test]
    public async Task Defaults_that_are_wrong_are_told_and_the_last_good_ones_count_even_after_a_restart()
    {
        await using var stage = await Stage.StartAsync();
        await WriteAsync(stage, "verification: {imports: [torch, numpy]}");
        await stage.ApplyAsync(stage.Image());
        await stage.UntilReadyAsync();
        await WriteAsync(stage, "verification: {import: [torch]}");
        var told = await stage.UntilAsync(
            i => Stage.Is(i, "DefaultsInvalid", "True", "NamespaceDefaults"),
            "the object tells of it"
        );
        Assert.That(
            told.Status!.Conditions.Single(c => c.Type == "DefaultsInvalid").Message,
            Does.Contain("verification.import").And.Contain("The last good ones stay in force")
        );
        Assert.That(stage.Health.Notes, Has.One.Contain("verification.import"));
        Assert.That(stage.Health.IsReady, "a tenant's mistake stops nobody");

        await stage.StopOperatorAsync();
        await stage.StartOperatorAsync();
        await stage.SettledAsync();
        var after = await stage.ReadAsync();
        Assert.That(
            (after.Status!.BuildCounter, after.Status.Inherited?.Count, Stage.Is(after, "DefaultsInvalid", "True")),
            Is.EqualTo((1L, (int?)1, true))
        );

        await WriteAsync(stage, "verification: {imports: [torch, numpy]}");
        await stage.UntilAsync(i => i.Status!.Conditions.All(c => c.Type != "DefaultsInvalid"), "it is mended");
        Assert.That((await stage.ReadAsync()).Status!.BuildCounter, Is.EqualTo(1));
    }

    [Test]
    public async Task The_operators_own_count_where_the_namespace_says_nothing()
    {
        await using var stage = await Stage.StartAsync(startOperator: false);
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "retention: {failedBuilds: 1, successfulBuilds: 3}");
            stage.DefaultsFile = file;
            await stage.StartOperatorAsync();
            await WriteAsync(stage, "retention: {failedBuilds: 2}");
            await stage.ApplyAsync(stage.Image());
            await stage.UntilReadyAsync();
            await UntilInForceAsync(stage, "failedBuilds: 2");
            Assert.That(
                (await stage.ReadAsync()).Status!.Inherited!.Select(f => (f.Field, f.From.Value)),
                Is.EqualTo([
                    ("spec.retention.failedBuilds", (DefaultsOrigin?)DefaultsOrigin.Namespace),
                    ("spec.retention.successfulBuilds", DefaultsOrigin.Operator),
                ])
            );

            await stage.StopOperatorAsync();
            await File.WriteAllTextAsync(file, "retention: {failedBuild: 1}");
            await stage.StartOperatorAsync();
            var told = await stage.UntilAsync(
                i => Stage.Is(i, "DefaultsInvalid", "True", "OperatorDefaults"),
                "what is wrong is told"
            );
            Assert.That(told.Status!.Inherited, Has.Count.EqualTo(2), "and what was in force stays so");
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Nothing is asked, and nothing written, where nobody has defaults.</summary>
    [Test]
    public async Task Without_defaults_nothing_is_written_down()
    {
        await using var stage = await Stage.StartAsync(startOperator: false);
        await using var proxy = await FaultProxy.StartAsync(stage.Cluster.Configuration);
        await stage.StartOperatorAsync(proxy.Configuration);
        await stage.ApplyAsync(stage.Image());
        await stage.UntilReadyAsync();
        Assert.That((await stage.ListAsync<V1ConfigMap>()).Select(c => c.Metadata.Name), Has.None.Contains("defaults"));
        Assert.That((await stage.ListAsync<GemmaBuild>()).Single().Spec!.ImageRef.Defaults, Is.Null);
    }

    private static Task WriteAsync(Stage stage, string text) =>
        stage.Api.ApplyAsync(
            new V1ConfigMap
            {
                Metadata = new V1ObjectMeta
                {
                    Name = DefaultsObjects.Source,
                    NamespaceProperty = stage.Cluster.Namespace,
                },
                Data = new Dictionary<string, string>(StringComparer.Ordinal) { [DefaultsObjects.SourceKey] = text },
            },
            CancellationToken.None
        );

    private static Task UntilInForceAsync(Stage stage, string text) =>
        Eventually.ThatAsync(
            async () =>
                (await stage.ListAsync<V1ConfigMap>()).Any(c =>
                    c.Metadata.Name == DefaultsObjects.InForce
                    && c.Data?.Values.Any(v => v.Contains(text, StringComparison.Ordinal)) == true
                ),
            "it is written down"
        );
}
