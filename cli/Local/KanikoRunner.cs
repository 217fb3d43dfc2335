using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Registry.References;
using KubectlGemma.Local.Engines;
using KubectlGemma.Output;

namespace KubectlGemma.Local;

/// <summary>Runs the container of the operator's build Job on an engine, and takes in what it makes.</summary>
internal sealed class KanikoRunner(Engine engine, IReadOnlyList<string> insecureHosts)
{
    /// <exception cref="CliException">Its image can't be had.</exception>
    public async Task RunAsync(
        LocalRecipe recipe,
        BuildWatch watch,
        LocalProgress progress,
        CancellationToken cancellationToken
    )
    {
        if (recipe.Base.Digest is null)
        {
            throw new CliException(
                ExitCode.Refused,
                $"--executor kaniko: Kaniko pulls the base itself, and {recipe.Base.Image.ID} is in no registry; push "
                    + "it to one, or leave the option out"
            );
        }

        var container = recipe.ForKaniko(insecureHosts);
        await HaveImageAsync(container.Image, progress, cancellationToken);
        await using var running = await engine.CreateAsync(container, cancellationToken);
        using (var context = ContextArchive.Of(recipe.Context()))
        {
            await running.CopyInAsync(KanikoFlags.ContextDirectory, context, cancellationToken);
        }

        await running.StartAsync(cancellationToken);
        var stream = new KanikoStream(recipe.Dockerfile);
        await running.FollowAsync(
            line =>
            {
                foreach (var told in stream.Read(line))
                {
                    watch.Hear(told);
                }
            },
            cancellationToken
        );
        if (await running.WaitAsync(cancellationToken) is not 0 and var code)
        {
            watch.Hear(new BuildEvent.Failed(code, "Kaniko failed"));
            return;
        }

        watch.Rest();
        progress.Phase("load", "what Kaniko has built goes to the engine");

        await running.OpenAsync(
            LocalRecipe.Archive,
            archive => engine.LoadAsync(archive, cancellationToken),
            cancellationToken
        );
    }

    private async Task HaveImageAsync(string image, LocalProgress progress, CancellationToken cancellationToken)
    {
        if (await engine.FindAsync(image, cancellationToken) is not null)
        {
            return;
        }

        progress.Phase("pull", image);
        var auth = ImageReference.TryParse(image, out var read, out _)
            ? await UserAuth.ForAsync(read.Repository, cancellationToken)
            : null;
        await engine.PullAsync(image, engine.Version.Platform, auth, cancellationToken);
    }
}
