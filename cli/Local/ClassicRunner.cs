using KubectlGemma.Local.Engines;

namespace KubectlGemma.Local;

/// <summary>Has the engine's classic builder carry out a Dockerfile.</summary>
internal sealed class ClassicRunner(Engine engine, TimeProvider time)
{
    private static readonly TimeSpan RemovalTimeout = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public async Task RunAsync(LocalRecipe recipe, BuildWatch watch, CancellationToken cancellationToken)
    {
        var before = (await engine.ImagesAsync(cancellationToken)).Select(i => i.ID).ToHashSet(StringComparer.Ordinal);
        var stream = new BuildStream(recipe.Dockerfile);
        try
        {
            using var context = ContextArchive.Of(recipe.Context());
            await engine.BuildAsync(
                recipe.ForEngine(),
                context,
                message =>
                {
                    foreach (var told in stream.Read(message))
                    {
                        watch.Hear(told);
                    }
                },
                cancellationToken
            );
        }
        catch (OperationCanceledException)
        {
            await RemoveAsync(watch.Made, before);
            throw;
        }
    }

    /// <summary>
    /// Removes what steps came to before they were stopped. Programs may write such ids, too: nothing goes that was
    /// there before, or has a name.
    /// </summary>
    private async Task RemoveAsync(IReadOnlyList<string> made, HashSet<string> before)
    {
        using var patience = new CancellationTokenSource(RemovalTimeout, time);
        var there = (await engine.ImagesAsync(patience.Token))
            .Where(i => !before.Contains(i.ID) && (i.RepoTags ?? []).All(t => t == "<none>:<none>"))
            .Select(i => i.ID)
            .ToList();
        foreach (
            var id in made.Reverse()
                .SelectMany(m => there.Where(i => i.StartsWith($"sha256:{m}", StringComparison.Ordinal)))
        )
        {
            await RemoveAsync(id, patience.Token);
        }
    }

    /// <summary>Waits for the engine to end the step's container, which holds the image of the step before.</summary>
    private async Task RemoveAsync(string id, CancellationToken patience)
    {
        try
        {
            while (!await engine.RemoveAsync(id, patience))
            {
                await Task.Delay(Pause, time, patience);
            }
        }
        catch (OperationCanceledException)
        {
            // What the engine doesn't let go stays in its cache.
        }
    }
}
