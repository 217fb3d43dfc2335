using GemmaOperator.Api.BaseImages;
using GemmaOperator.Runtime.Contracts;
using k8s;
using Quickstart.Manifests;
using Quickstart.Story;
using Quickstart.Terminal;
using Quickstart.World;
using StandIns.Hub;
using CliException = KubectlGemma.Output.CliException;
using ExitCode = KubectlGemma.Output.ExitCode;

namespace Quickstart;

/// <summary>Leads from one manifest to what it serves, and through what comes after, in front of the user.</summary>
internal sealed class Demo(Screen screen)
{
    private const int Failed = 1;

    private const string Prompt = "Hello, Gemma!";

    /// <summary>
    /// Runs the demo; returns 0 when all became ready and the story went as it should, 1 when not, 2 when the command
    /// line names no file that can be read. What is wrong is told in one line.
    /// </summary>
    public async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        screen.Title("Gemma Operator quickstart");
        try
        {
            var manifest = await Manifest.ReadAsync(arguments.Manifest, cancellationToken);
            await using var engine = arguments.Engine is { } asked
                ? await EngineNode.ConnectAsync(asked, cancellationToken)
                : null;
            screen.Line("A Kubernetes API, a node, a registry and the operator start in this process.");
            await using var world = await LocalWorld.StartAsync(
                arguments.Step,
                cancellationToken,
                engine is null ? null : engine.Over
            );
            return await RunAsync(world, engine, arguments, manifest, cancellationToken);
        }
        catch (ManifestMistake e)
        {
            screen.Error(e.Message);
            return e.IsUsage ? Arguments.UsageError : Failed;
        }
        catch (CliException e)
        {
            screen.Error(e.Message);
            return e.Code == ExitCode.Usage ? Arguments.UsageError : Failed;
        }
        catch (Exception e)
            when (e is KubeApiException or HttpRequestException or IOException or InvalidOperationException
                && !cancellationToken.IsCancellationRequested
            )
        {
            screen.Error(e.Message);
            return Failed;
        }
    }

    private async Task<int> RunAsync(
        LocalWorld world,
        EngineNode? engine,
        Arguments arguments,
        Manifest manifest,
        CancellationToken cancellationToken
    )
    {
        await Definitions.InstallAsync(world.Api, cancellationToken);
        var images = await ApplyAsync(world, engine, arguments, manifest, cancellationToken);
        var keys = images.ConvertAll(i => new ObjectKey(i.Of.Namespace, i.Of.Name));
        var follower = new Follower(world.Api, screen, TimeProvider.System);
        var seen = await follower.FollowAsync(keys, s => s.HasSettled, cancellationToken);
        foreach (var one in seen)
        {
            Account.Write(screen, one, layers: null);
        }

        var isWell = seen.All(s => s.IsReady);
        if (isWell && arguments.Until == Until.Story)
        {
            isWell = await new Chapters(world, screen, follower).TellAsync(keys[0], cancellationToken);
        }

        await EndAsync(world, engine?.Builds == true, seen, follower.Elapsed, cancellationToken);
        if (arguments.Keep)
        {
            await new Keeping(world, screen).WaitAsync(keys, Prompt, cancellationToken);
        }

        return isWell ? 0 : Failed;
    }

    /// <summary>
    /// Lets the API server check the file as it is, then starts the operator and applies the copy that runs here.
    /// </summary>
    private async Task<List<(ManifestObject Of, GemmaBaseImageSpec Spec)>> ApplyAsync(
        LocalWorld world,
        EngineNode? engine,
        Arguments arguments,
        Manifest manifest,
        CancellationToken cancellationToken
    )
    {
        using var http = world.MakeApiClient();
        var api = new ManifestApi(http, manifest);
        var namespaces = await api.MakeNamespacesAsync(cancellationToken);
        await api.CheckAsync(cancellationToken);
        var images = manifest
            .BaseImages.Select(o =>
                (Of: o, Spec: KubernetesJson.Deserialize<GemmaBaseImageSpec>(o.Json["spec"]!.ToJsonString()))
            )
            .ToList();
        if (arguments.Until == Until.Story && Chapters.WhyNot(images[0].Spec) is { } why)
        {
            throw manifest.Mistake(images[0].Of, $"--until story: {why}");
        }

        if (engine is not null)
        {
            // In whole: the images that it names are what somebody has to get.
            var said = await engine.PrepareAsync([.. images.Select(i => i.Spec)], cancellationToken);
            screen.Verbatim($"  engine    {said}");
        }

        var seeding = new Seeding(world, engine);
        var hub = world.Keep(await HubStandIn.StartAsync(cancellationToken));
        var weights = new WeightsSeeding(world, hub);
        await weights.StartAsync(cancellationToken);
        foreach (var (of, spec) in images)
        {
            await seeding.SeedAsync(of, spec, cancellationToken);
            await weights.SeedAsync(
                of,
                spec.Rollout.Server.Model,
                (kind, name) => manifest.Objects.Any(o => (o.Kind, o.Name, o.Namespace) == (kind, name, of.Namespace)),
                cancellationToken
            );
        }

        var fit = await seeding.FitNodeAsync(cancellationToken);
        await world.StartOperatorAsync(
            seeding.Hosts,
            cancellationToken,
            options => options with { Hub = weights.Endpoint }
        );
        screen.Blank();
        screen.Title("The first image");
        var notes = new List<string>(weights.Notes);
        foreach (var of in manifest.Objects)
        {
            await api.ApplyAsync(
                of,
                AppliedCopy.Of(of, arguments.Until, world, engine, seeding, notes),
                cancellationToken
            );
        }

        Opening.Write(screen, manifest, namespaces, seeding, fit, notes);
        return images;
    }

    private async Task EndAsync(
        LocalWorld world,
        bool hasEngine,
        IReadOnlyList<Seen> seen,
        TimeSpan took,
        CancellationToken cancellationToken
    )
    {
        screen.Blank();
        Ending.Write(screen, seen, took, hasServer: world.Server is not null, hasEngine);
        await ServerAnswer.WriteAsync(screen, world, Prompt, cancellationToken);
    }
}
