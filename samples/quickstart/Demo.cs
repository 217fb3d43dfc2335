using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
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
            await api.ApplyAsync(of, CopyOf(of, arguments.Until, world, engine, seeding, notes), cancellationToken);
        }

        Say(manifest, namespaces, seeding, fit, notes);
        return images;
    }

    private static JsonObject CopyOf(
        ManifestObject of,
        Until until,
        LocalWorld world,
        EngineNode? engine,
        Seeding seeding,
        List<string> notes
    )
    {
        if (!of.IsBaseImage)
        {
            return of.Json;
        }

        var copy = LocalCopy.Of(of.Json, world.Registry.Host, seeding.Pinned);
        if (until == Until.Story)
        {
            copy.Shorten(["triggers", "minInterval"], "0s", "30m");
            copy.Shorten(["rollout", "rollback", "soakTime"], "2s", "10m");
        }

        if (engine is { Builds: true, IsIsolating: false })
        {
            copy.Set("build", "isolation", "Legacy", $"the engine has no {EngineNode.OperatorImage}");
        }

        notes.AddRange(copy.Notes);
        return copy.Json;
    }

    private void Say(
        Manifest manifest,
        IReadOnlyList<string> namespaces,
        Seeding seeding,
        IReadOnlyList<string> fit,
        List<string> notes
    )
    {
        var own = manifest.Objects.Where(o => o.Kind == V1Namespace.KubeKind).Select(o => o.Name);
        var made = namespaces.Except(own, StringComparer.Ordinal).Select(n => $"namespace/{n} made for them");
        screen.Field("applied", string.Join(", ", manifest.Objects.Select(o => o.ToString()).Concat(made)));
        if (seeding.Images.Count > 0)
        {
            screen.Field("stand-ins", string.Join(", ", seeding.Images.Distinct(StringComparer.Ordinal)));
        }

        if (fit.Count > 0)
        {
            screen.Field("node", $"has {string.Join(", ", fit)}");
        }

        screen.Field(
            "here",
            string.Join("; ", notes.Prepend("repositories lie in the local registry").Distinct(StringComparer.Ordinal))
        );
        screen.Blank();
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
        if (world.Server is { } server && await server.AskAsync(Prompt, cancellationToken) is { } answer)
        {
            screen.Blank();
            screen.Line($"> {Prompt}");
            // Nonsense may hold anything: shown as a JSON string.
            screen.Line(JsonSerializer.Serialize(answer), indent: 2);
            screen.Line("(said by the real server; its model is tiny and its weights mean nothing)", indent: 2);
        }
    }
}
