using GemmaOperator.Api.Builds;
using GemmaOperator.Registry.References;
using KubectlGemma.Local.Engines;
using KubectlGemma.Output;
using KubectlGemma.Rendering;

namespace KubectlGemma.Local;

/// <summary>Makes what the operator would, on an engine of this machine: base, build, check, push.</summary>
internal sealed class LocalBuilder(Engine engine, LocalChoice choice, LocalProgress progress, TimeProvider time)
{
    private static readonly TimeSpan RemovalTimeout = TimeSpan.FromSeconds(8);

    /// <param name="rendered">What the operator would make.</param>
    /// <param name="history">What the cluster has of its builds.</param>
    /// <param name="cancellationToken">Stops it; what was made until then goes.</param>
    /// <exception cref="CliException">It can't be built here, or failed.</exception>
    public async Task<LocalResult> BuildAsync(
        Rendered rendered,
        Func<CancellationToken, Task<ClusterHistory>> history,
        CancellationToken cancellationToken
    )
    {
        if (LocalLimits.Refusal(rendered.Build, choice.Executor) is { } refusal)
        {
            throw new CliException(ExitCode.Refused, refusal);
        }

        rendered = rendered with { Build = ForOne(rendered.Build) };
        var platform = rendered.Build.Spec!.Template.Platform.Text;
        progress.Phase("engine", $"{engine.Version.Name} at {engine.Endpoint}, {engine.Version.Platform}");
        var found = await new BaseFinder(engine, choice.Registries, choice.IsOffline, time).FindAsync(
            rendered.Build,
            progress,
            cancellationToken
        );
        progress.Phase("base", $"{found.From}: {found.How}");
        var build = Pinned(rendered.Build, found);
        var name = choice.Tag ?? ImageReference.Parse($"localhost/{rendered.Name}:local");
        var recipe = new LocalRecipe(build, found, name, choice.Network);
        var began = time.GetTimestamp();
        var watch = new BuildWatch(recipe, progress, time);
        progress.Phase("build", $"{name} for {platform}");
        await RunAsync(recipe, watch, cancellationToken);
        watch.End(
            platform == engine.Version.Platform
                ? null
                : $"the engine is {engine.Version.Platform}, and runs {platform} only where it emulates it"
        );
        var took = time.GetElapsedTime(began);
        try
        {
            return await FinishAsync(rendered, recipe, watch, took, history, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            using var patience = new CancellationTokenSource(RemovalTimeout, time);
            await engine.RemoveAsync(name.ToString(), patience.Token);
            throw;
        }
    }

    /// <summary>
    /// Returns the build for one platform alone: the engine's own, where the image is for several and that is one.
    /// </summary>
    private GemmaBuild ForOne(GemmaBuild build)
    {
        var template = build.Spec!.Template;
        var own = template.AllPlatforms.FirstOrDefault(p => p.Text == engine.Version.Platform, template.Platform);
        return build with { Spec = build.Spec with { Template = template with { Platform = own, Platforms = null } } };
    }

    private Task RunAsync(LocalRecipe recipe, BuildWatch watch, CancellationToken cancellationToken) =>
        choice.Executor == Executor.Kaniko
            ? new KanikoRunner(engine, choice.InsecureHosts(recipe.Base.From)).RunAsync(
                recipe,
                watch,
                progress,
                cancellationToken
            )
            : new ClassicRunner(engine, time).RunAsync(recipe, watch, cancellationToken);

    private async Task<LocalResult> FinishAsync(
        Rendered rendered,
        LocalRecipe recipe,
        BuildWatch watch,
        TimeSpan took,
        Func<CancellationToken, Task<ClusterHistory>> history,
        CancellationToken cancellationToken
    )
    {
        var image =
            await engine.FindAsync(watch.Image ?? recipe.Name.ToString(), cancellationToken)
            ?? throw new CliException(
                ExitCode.Failed,
                $"the engine says that it built {recipe.Name}, and doesn't have it"
            );
        var verification = LocalVerification.Not("--no-verify");
        if (choice.Verifies)
        {
            progress.Phase("verify", "the operator's check runs in it");
            verification = await new LocalVerifier(engine, time).VerifyAsync(
                recipe.Build,
                image,
                choice.Network,
                cancellationToken
            );
        }

        var ofBase = (await engine.HistoryAsync(recipe.Base.Image.ID, cancellationToken)).Count;
        var all = await engine.HistoryAsync(image.ID, cancellationToken);
        return new LocalResult
        {
            Object = rendered.Name,
            Platform = $"{image.Os}/{image.Architecture}",
            Engine = $"{engine.Version.Name} at {engine.Endpoint}",
            Base = recipe.Base,
            Image = recipe.Name.ToString(),
            Id = image.ID,
            Bytes = image.Size,
            Steps = [.. watch.Clock.Steps],
            Layers = LayerSizes.Of(
                recipe.Dockerfile,
                [.. all.Select(h => (h.CreatedBy, h.Size))],
                ofBase,
                recipe.Labels.Count
            ),
            Took = took,
            Verification = verification,
            Pushed =
                choice.Pushes && verification.Problem is null ? await PushAsync(recipe.Name, cancellationToken) : null,
            Comparison = LocalComparison.Of(
                recipe.Build,
                recipe.Base.Digest is not null,
                rendered.Image.Spec!.Cost,
                await history(cancellationToken),
                took + verification.Took,
                time.GetUtcNow().UtcDateTime
            ),
        };
    }

    private async Task<string> PushAsync(ImageReference name, CancellationToken cancellationToken)
    {
        progress.Phase("push", name.ToString());
        var digest = await engine.PushAsync(
            name,
            await UserAuth.ForAsync(name.Repository, cancellationToken),
            cancellationToken
        );
        return digest is null ? name.ToString() : $"{name.Repository}@{digest}";
    }

    /// <summary>Says which base it is made upon; a base that only the engine knows is named by its id there.</summary>
    private static GemmaBuild Pinned(GemmaBuild build, LocalBase found) =>
        build with
        {
            Spec = build.Spec! with
            {
                Resolved = build.Spec.Resolved with { BaseDigest = found.Digest ?? found.Image.ID },
            },
        };
}
