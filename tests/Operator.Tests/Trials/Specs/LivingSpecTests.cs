using System.Diagnostics;
using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using k8s;
using k8s.Models;
using Operator.Tests.Clusters;
using Operator.Tests.Flow;
using static System.StringComparison;

namespace Operator.Tests.Trials.Specs;

/// <summary>
/// Generated objects live, are edited and go, with the operator at work: it leaves alone what has settled, nothing that
/// it makes is refused, nothing throws, and nothing is left over of what was deleted.
/// </summary>
internal sealed class LivingSpecTests
{
    /// <summary>Says how many objects the short form has; GEMMA_TRIAL_LIVING the long one.</summary>
    private const int Short = 8;

    /// <summary>
    /// Is the time in which the long form lets one reconcile of each object be: a minute, but for what two of them
    /// differ by.
    /// </summary>
    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(55);

    [Test]
    public async Task What_has_settled_is_left_alone_and_what_is_deleted_leaves_nothing()
    {
        TestCluster.NeedsGarbageCollector();
        var wanted = Trial.Number("GEMMA_TRIAL_LIVING") ?? Short;
        var window = wanted > Short ? Minute : TimeSpan.FromSeconds(2);
        var clock = Stopwatch.StartNew();
        await using var stage = await Stage.StartAsync(gpus: [64]);
        using var raw = new RawImages(stage.Cluster);
        using var passes = new Passes(stage.Cluster.Namespace);
        var specs = new Dictionary<string, (GeneratedSpec By, JsonObject Spec)>(StringComparer.Ordinal);
        for (var seed = Trial.Seed; specs.Count < wanted; seed++)
        {
            var by = new GeneratedSpec(seed, near: seed % 3);
            var spec = Fit(stage, by.Make(), seed);
            if (await raw.PutAsync($"g{seed}", spec) is not null)
            {
                specs[$"g{seed}"] = (by, spec);
            }
        }

        var again =
            $"again: GEMMA_TRIAL_SEED={Trial.Seed} GEMMA_TRIAL_LIVING={wanted} dotnet test tests/Operator.Tests "
            + "--filter FullyQualifiedName~LivingSpecTests";
        await SettleAsync(stage, passes, window, again);
        var built = (await stage.ListAsync<GemmaBuild>()).Count;
        foreach (var (name, (by, spec)) in specs)
        {
            await raw.PutAsync(name, Fit(stage, by.Edit(spec), int.Parse(name[1..], null)));
        }

        await SettleAsync(stage, passes, window, again);
        var images = await stage.ListAsync<GemmaBaseImage>();
        var builds = await stage.ListAsync<GemmaBuild>();
        await TestContext.Out.WriteLineAsync(
            $"seed {Trial.Seed}: {wanted} objects, {built} builds, {builds.Count} after an edit of each, "
                + $"{images.Count(i => Stage.Is(i, ConditionType.Ready, "True"))} ready, {passes.All} reconciles, "
                + $"settled after {clock.Elapsed.TotalSeconds:0} s"
        );
        var wrong = images.SelectMany(Wrong).Concat(builds.SelectMany(Wrong)).ToList();
        Assert.That(wrong, Is.Empty, again);
        Assert.That(builds, Is.Not.Empty, "some make sense");

        foreach (var image in images)
        {
            await stage.Api.DeleteAsync<GemmaBaseImage>(
                stage.Cluster.Namespace,
                image.Metadata.Name,
                preconditions: null,
                CancellationToken.None
            );
        }

        await UntilAsync(window, async () => await LeftAsync(stage), again);
        await UntilAsync(window, async () => await SeriesAsync(stage), again);
    }

    /// <summary>
    /// Lets an object live here: its registry is the stage's, and three of four start from what is there and have no
    /// schedule, which few texts are.
    /// </summary>
    private static JsonObject Fit(Stage stage, JsonObject spec, int seed)
    {
        var output = spec["output"] as JsonObject ?? [];
        spec["output"] = output;
        (output["repository"], output["insecure"]) = ($"{stage.Registry.Host}/team/g{seed}", true);
        if (seed % 4 > 0)
        {
            spec["base"] = new JsonObject
            {
                ["pytorch"] = "2.10.0",
                ["cuda"] = "12.8",
                ["cudnn"] = "9",
            };
            spec.Remove("schedule");
            spec.Remove("timeZone");
            output.Remove("credentials");
            output.Remove("pullSecretRef");
            var rollout = spec["rollout"] as JsonObject ?? [];
            var server = rollout["server"] as JsonObject ?? [];
            server["image"] = $"{stage.Registry.Host}/team/server:{1 + (seed % 2)}";
            (rollout["server"], spec["rollout"]) = (server, rollout);
            server.Remove("repository");
            server.Remove("model");
            rollout.Remove("window");
        }

        return spec;
    }

    /// <summary>Waits until each object was looked at once at most in the time that is just over.</summary>
    private static Task SettleAsync(Stage stage, Passes passes, TimeSpan window, string again)
    {
        var begun = Stopwatch.StartNew();
        return UntilAsync(
            window,
            () =>
                Task.FromResult<IReadOnlyList<string>>(
                    begun.Elapsed < window ? ["no time has gone by"] : passes.MoreThanOnceIn(window)
                ),
            again,
            async () =>
                string.Join(
                    '\n',
                    from image in await stage.ListAsync<GemmaBaseImage>()
                    where passes.MoreThanOnceIn(window).Any(p => p.Contains($" {image.Metadata.Name} ", Ordinal))
                    select $"{image.Metadata.Name}: {Text(image.Spec)}\n    {Text(image.Status)}"
                )
        );
    }

    private static async Task UntilAsync(
        TimeSpan window,
        Func<Task<IReadOnlyList<string>>> left,
        string again,
        Func<Task<string>>? why = null
    )
    {
        var patience = window + TimeSpan.FromMinutes(window < Minute ? 1 : 10);
        for (var begun = Stopwatch.StartNew(); await left() is { Count: > 0 } still; )
        {
            if (begun.Elapsed > patience)
            {
                Assert.Fail($"still: {string.Join("; ", still.Take(20))}\n{(why is null ? "" : await why())}\n{again}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    private static IEnumerable<string> Wrong(GemmaBaseImage image) =>
        from condition in image.Status?.Conditions ?? []
        where condition.Reason is ImageReason.Stalled.ObjectRefused or ImageReason.Stalled.InternalError
        select $"{image.Metadata.Name}: {condition.Reason}: {condition.Message}\n    {Text(image.Spec)}";

    private static IEnumerable<string> Wrong(GemmaBuild build) =>
        from condition in build.Status?.Conditions ?? []
        where condition.Reason is ImageReason.Stalled.ObjectRefused or ImageReason.Stalled.InternalError
        select $"{build.Metadata.Name}: {condition.Reason}: {condition.Message}\n    {Text(build.Spec)}";

    private static string Text<T>(T spec) => KubernetesJson.Serialize(spec);

    /// <summary>Lists what is in the namespace beside what is always there.</summary>
    private static async Task<IReadOnlyList<string>> LeftAsync(Stage stage)
    {
        return
        [
            .. await OfAsync<GemmaBaseImage>(),
            .. await OfAsync<GemmaBuild>(),
            .. await OfAsync<V1Job>(),
            .. await OfAsync<V1Pod>(),
            .. await OfAsync<V1Deployment>(),
            .. await OfAsync<V1ReplicaSet>(),
            .. await OfAsync<V1Service>(),
            .. await OfAsync<V1PodDisruptionBudget>(),
            .. await OfAsync<V1PersistentVolumeClaim>(),
            .. await OfAsync<V1Secret>(),
            .. (await OfAsync<V1ConfigMap>()).Where(n => n != "V1ConfigMap kube-root-ca.crt"),
        ];

        async Task<IEnumerable<string>> OfAsync<T>()
            where T : class, IKubernetesObject<V1ObjectMeta> =>
            (await stage.ListAsync<T>()).Select(o => $"{typeof(T).Name} {o.Metadata.Name}");
    }

    /// <summary>Lists the series that still name one of the objects.</summary>
    private static async Task<IReadOnlyList<string>> SeriesAsync(Stage stage) =>
        [
            .. (await stage.ScrapeAsync())
                .Split('\n')
                .Where(l => l.Contains($"\"{stage.Cluster.Namespace}\"", StringComparison.Ordinal)),
        ];
}
