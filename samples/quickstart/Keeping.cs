using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;
using Quickstart.Terminal;
using Quickstart.World;
using StandIns;
using StandIns.Processes;

namespace Quickstart;

/// <summary>Leaves everything running, for kubectl and, where there is a real server, for curl.</summary>
internal sealed class Keeping(LocalWorld world, Screen screen)
{
    /// <summary>Says how to look around, and waits until it is cancelled.</summary>
    /// <param name="keys">What was built.</param>
    /// <param name="prompt">What the servers may be asked.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task WaitAsync(IReadOnlyList<ObjectKey> keys, string prompt, CancellationToken cancellationToken)
    {
        using var folder = new ScratchFolder("gemma-quickstart-");
        var kubeconfig = Path.Combine(folder.Path, "kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, world.Cluster.Kubeconfig, cancellationToken);
        screen.Blank();
        screen.Line("It goes on until Ctrl-C. Look around with:");
        screen.Verbatim($"  export KUBECONFIG={kubeconfig}");
        screen.Verbatim("  kubectl get gemma -A; kubectl describe gbi");
        screen.Verbatim("  kubectl get jobs,deployments,pods,events");
        if (world.Server is { } server)
        {
            foreach (var key in keys)
            {
                await SayAddressAsync(server, key, prompt, cancellationToken);
            }
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
    }

    /// <summary>Prints a command that asks the Service's pod, which is a process of this machine.</summary>
    private async Task SayAddressAsync(
        ServerProcess server,
        ObjectKey key,
        string prompt,
        CancellationToken cancellationToken
    )
    {
        if (await world.Api.GetAsync<V1Service>(key.Namespace, key.Name, cancellationToken) is not { } service)
        {
            return;
        }

        var image = await world.Api.GetAsync<GemmaBaseImage>(key.Namespace, key.Name, cancellationToken);
        var forward = world.Keep(new PortForward(() => server.Find(key.Namespace!, service.Spec.Selector)));
        var body = new JsonObject
        {
            ["model"] = image!.Spec!.Rollout.Server.Model.Name,
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = prompt }),
            ["max_tokens"] = 16,
        };
        screen.Line($"service/{key.Name} answers, at a port of this machine:");
        screen.Verbatim($"  curl -s {forward.Address}v1/chat/completions \\");
        screen.Verbatim($"    -H 'Content-Type: application/json' \\");
        screen.Verbatim($"    -d '{body.ToJsonString().Replace("'", "'\\''", StringComparison.Ordinal)}'");
    }
}
