using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Nodes.Kubelets;

/// <summary>
/// Gets an image of a pod onto the node, as a kubelet does, back-off included: a container's, or an image volume's.
/// </summary>
internal sealed class PodImage(
    JsonObject pod,
    JsonObject container,
    Func<string, string, JsonObject> waiting,
    PodWriter writer,
    ImagePuller puller,
    NodeOptions options
)
{
    /// <summary>A kubelet tries a failed pull again after 10 s at first.</summary>
    private static readonly TimeSpan PullRetry = TimeSpan.FromSeconds(10);

    private string Image => container.Text("image") ?? "";

    /// <summary>Waits until the image is there and may run.</summary>
    public Task PullAsync(CancellationToken cancellationToken) => PullAsync(runs: true, cancellationToken);

    /// <summary>Waits until the image is there to be mounted.</summary>
    public Task MountAsync(CancellationToken cancellationToken) => PullAsync(runs: false, cancellationToken);

    private async Task PullAsync(bool runs, CancellationToken cancellationToken)
    {
        if (container.Text("imagePullPolicy") == "Never")
        {
            await NeverPullAsync(cancellationToken);
            return;
        }

        for (var attempt = 1; ; attempt++)
        {
            await writer.EventAsync("Normal", "Pulling", $"Pulling image \"{Image}\"", cancellationToken);
            await Task.Delay(options.Step, options.Time, cancellationToken);
            var (error, user) =
                await options.Runner.PullAsync(PodContainer.Of(pod, container), cancellationToken)
                ?? await puller.PullAsync(Image, cancellationToken);
            if (error is null)
            {
                await writer.EventAsync(
                    "Normal",
                    "Pulled",
                    $"Successfully pulled image \"{Image}\"",
                    cancellationToken
                );
                if (runs)
                {
                    await RefuseRootAsync(user, cancellationToken);
                }

                return;
            }

            await writer.EventAsync(
                "Warning",
                "Failed",
                $"Failed to pull image \"{Image}\": {error}",
                cancellationToken
            );
            await writer.StatusAsync(
                waiting(
                    attempt == 1 ? "ErrImagePull" : "ImagePullBackOff",
                    attempt == 1 ? error : $"Back-off pulling image \"{Image}\": ErrImagePull: {error}"
                ),
                cancellationToken
            );
            await Task.Delay(PullRetry, options.Time, cancellationToken);
        }
    }

    private async Task NeverPullAsync(CancellationToken cancellationToken)
    {
        if (options.IsPresent(Image))
        {
            await writer.EventAsync(
                "Normal",
                "Pulled",
                $"Container image \"{Image}\" already present on machine and can be accessed by the pod",
                cancellationToken
            );
            return;
        }

        await writer.StatusAsync(
            waiting("ErrImageNeverPull", $"Container image \"{Image}\" is not present with pull policy of Never"),
            cancellationToken
        );
        await Task.Delay(Timeout.InfiniteTimeSpan, options.Time, cancellationToken);
    }

    /// <summary>
    /// Holds the pod up under runAsNonRoot without a user of its own: the image's must be a number, and not 0.
    /// </summary>
    private async Task RefuseRootAsync(string? user, CancellationToken cancellationToken)
    {
        var contexts = new[] { container.Object("securityContext"), pod.Object("spec").Object("securityContext") };
        if (
            user is null
            || !contexts.Any(c => c?["runAsNonRoot"].IsTrue() == true)
            || contexts.Any(c => c?["runAsUser"] is not null)
        )
        {
            return;
        }

        var name = user.Split(':')[0];
        var problem =
            name is "" or "0"
                ? "container has runAsNonRoot and image will run as root (pod: "
                    + $"\"{pod.Metadata().Text("name")}_{pod.Metadata().Text("namespace")}"
                    + $"({pod.Metadata().Text("uid")})\","
                    + $" container: {container.Text("name")})"
            : name.All(char.IsAsciiDigit) ? null
            : $"container has runAsNonRoot and image has non-numeric user ({name}), cannot verify user is "
                + "non-root (pod: "
                + $"\"{pod.Metadata().Text("name")}_{pod.Metadata().Text("namespace")}({pod.Metadata().Text("uid")})\","
                + $" container: {container.Text("name")})";
        if (problem is not null)
        {
            await writer.StatusAsync(waiting("CreateContainerConfigError", problem), cancellationToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, options.Time, cancellationToken);
        }
    }
}
