using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Registry.References;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using LocalCluster.Json;
using StandIns;

namespace Quickstart;

/// <summary>Leads from one manifest to a serving Deployment, in front of the user.</summary>
internal static class Demo
{
    private const string Namespace = "default";
    private const int Failed = 1;

    /// <summary>Far more than it takes; a demo that hangs must end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var (manifest, error) = Manifest.Read(arguments.Manifest);
        if (manifest is null)
        {
            await Console.Error.WriteLineAsync($"quickstart: {error}");
            return Failed;
        }

        try
        {
            return await RunAsync(arguments, manifest, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Screen.Line("Stopped.");
            return 130;
        }
        catch (KubeApiException e)
        {
            await Console.Error.WriteLineAsync($"quickstart: {e.Message}");
            return Failed;
        }
    }

    private static async Task<int> RunAsync(Arguments arguments, Manifest manifest, CancellationToken cancellationToken)
    {
        await using var world = await LocalWorld.StartAsync(cancellationToken);
        Screen.Title("Gemma Operator quickstart");
        Screen.Line(
            $"A Kubernetes API with one GPU node listens at {world.Cluster.Endpoint}, a registry "
                + $"at {world.Registry.Host}."
        );
        var notes = manifest.MoveTo(world.Registry.Host);
        await InstallAsync(world.Api, cancellationToken);
        var mirrored = await SeedAsync(world, manifest, cancellationToken);
        await world.StartOperatorAsync(mirrored, cancellationToken);
        foreach (var note in notes)
        {
            Screen.Line(note);
        }

        foreach (var document in manifest.Documents)
        {
            await ApplyAsync(world.Api, document, cancellationToken);
            Screen.Line(
                $"{((string?)document["kind"])?.ToLowerInvariant()}/{(string?)document["metadata"]?["name"]} applied"
            );
        }

        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        var outcome = await Progress.FollowAsync(world.Api, Namespace, manifest.Name, patience.Token);
        Report.Write(outcome, hasServer: world.Server is not null);
        if (world.Server is { } server && outcome.IsReady)
        {
            const string Prompt = "Hello, Gemma!";
            Screen.Line("");
            Screen.Line($"> {Prompt}");
            // Nonsense may hold anything: shown as a JSON string.
            Screen.Line($"  {JsonSerializer.Serialize(await server.AskAsync(Prompt, cancellationToken))}");
            Screen.Line("  (said by the real server; its model is tiny and its weights mean nothing)");
        }

        if (arguments.Keep)
        {
            await KeepAsync(world, cancellationToken);
        }

        return outcome.IsReady ? 0 : Failed;
    }

    private static async Task InstallAsync(IKubeApi api, CancellationToken cancellationToken)
    {
        foreach (
            var file in Directory
                .EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "crds"), "*.yaml")
                .Order(StringComparer.Ordinal)
        )
        {
            foreach (var crd in YamlReader.Documents(await File.ReadAllTextAsync(file, cancellationToken)))
            {
                await api.ApplyAsync(
                    KubernetesJson.Deserialize<V1CustomResourceDefinition>(crd.ToJsonString()),
                    cancellationToken
                );
            }
        }
    }

    /// <summary>
    /// Seeds stand-ins for what the manifest takes from registries; returns the hosts that are mirrored for it.
    /// </summary>
    private static async Task<IReadOnlyList<string>> SeedAsync(
        LocalWorld world,
        Manifest manifest,
        CancellationToken cancellationToken
    )
    {
        var spec = KubernetesJson.Deserialize<GemmaBaseImageSpec>(
            (manifest.Image["spec"] ?? new JsonObject()).ToJsonString()
        );
        var hosts = new List<string>();
        world.Runner.Ending = new SimulatedCheck(spec.Base.Pytorch ?? "2.10.0", spec.Base.Cuda ?? "12.8").Answer;
        if (DeclaredBase.Read(spec.Base).TryGet(out var declared))
        {
            var reference = declared.Reference;
            hosts.Add(reference.Repository.Host);
            var tag = reference.Tag?.ToString() ?? "latest";
            await world.Images.BaseAsync(
                $"{reference.Repository.Host}/{reference.Repository.Path}",
                tag,
                cancellationToken
            );
            Screen.Line($"{declared}: a small stand-in is in the registry");
        }

        await world.Images.ServerAsync(LocalWorld.DefaultServer, "latest", cancellationToken);
        if (spec.Rollout.Server.Image is { Length: > 0 } image && ImageReference.TryParse(image, out var server, out _))
        {
            await world.Images.ServerAsync(
                server.Repository.Path,
                server.Tag?.ToString() ?? "latest",
                cancellationToken
            );
            Screen.Line($"{server.Repository.Path}: a small stand-in for the inference server is in the registry");
        }

        return hosts;
    }

    private static async Task ApplyAsync(IKubeApi api, JsonObject document, CancellationToken cancellationToken)
    {
        (document["metadata"] as JsonObject)!["namespace"] ??= Namespace;
        var json = document.ToJsonString();
        switch ((string?)document["kind"])
        {
            case GemmaBaseImage.KubeKind:
                await api.ApplyAsync(KubernetesJson.Deserialize<GemmaBaseImage>(json), cancellationToken);
                break;
            case "ConfigMap":
                await api.ApplyAsync(KubernetesJson.Deserialize<V1ConfigMap>(json), cancellationToken);
                break;
            case "Secret":
                await api.ApplyAsync(KubernetesJson.Deserialize<V1Secret>(json), cancellationToken);
                break;
            case "ServiceAccount":
                await api.ApplyAsync(KubernetesJson.Deserialize<V1ServiceAccount>(json), cancellationToken);
                break;
            case var kind:
                throw new NotSupportedException(
                    $"the demo applies ConfigMaps, Secrets, ServiceAccounts and one GemmaBaseImage, not {kind}"
                );
        }
    }

    private static async Task KeepAsync(LocalWorld world, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("gemma-quickstart-");
        try
        {
            var kubeconfig = Path.Combine(folder.FullName, "kubeconfig");
            await File.WriteAllTextAsync(kubeconfig, world.Cluster.Kubeconfig, cancellationToken);
            Screen.Line("");
            Screen.Line("It goes on until Ctrl-C. Look around with:");
            Screen.Line($"  export KUBECONFIG={kubeconfig}");
            Screen.Line("  kubectl get gemma; kubectl describe gbi; kubectl get jobs,deployments,pods,events");
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
