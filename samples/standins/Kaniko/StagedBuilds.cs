using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using LocalCluster.Nodes;

namespace StandIns.Kaniko;

/// <summary>
/// Plays the containers of a build's pod that hold its credentials, the operator's own <c>stage</c> and <c>publish</c>:
/// what the executor makes waits here until its pod's <c>publish</c> runs.
/// </summary>
internal sealed class StagedBuilds
{
    private readonly ConcurrentDictionary<string, ContainerSpec> _stagers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Func<CancellationToken, Task<string>>> _made = new(
        StringComparer.Ordinal
    );

    /// <summary>Gets or sets the lines that tell of an image's layers, by its digest.</summary>
    public Func<string, IEnumerable<string>> LayersOf { get; set; } = _ => [];

    /// <summary>Decides whether a container serves the registry of its build's pod, and remembers it.</summary>
    public void Meet(ContainerSpec container)
    {
        if (container.Args is ["stage", ..])
        {
            _stagers[Pod(container)] = container;
        }
    }

    /// <summary>Returns what serves an executor's registry; null for one that pushes by itself.</summary>
    public ContainerSpec? StagerOf(ContainerSpec executor) => _stagers.GetValueOrDefault(Pod(executor));

    /// <summary>Keeps what an executor has made.</summary>
    public void Keep(ContainerSpec executor, Func<CancellationToken, Task<string>> push) => _made[Pod(executor)] = push;

    public static bool IsPublisher(ContainerSpec container) => container.Args is ["publish", ..];

    /// <summary>Pushes what the pod's executor made, and reports as the operator's command does.</summary>
    public async Task<ContainerResult> PublishAsync(ContainerSpec container, CancellationToken cancellationToken)
    {
        if (!_made.TryRemove(Pod(container), out var push))
        {
            return Failed("Invalid", "the executor ended well, but it pushed no image");
        }

        try
        {
            var digest = await push(cancellationToken);
            foreach (var line in LayersOf(digest))
            {
                container.Log(line);
            }

            return new ContainerResult(0, digest);
        }
        catch (HttpRequestException e)
        {
            container.Log($"gemma-operator publish: {e.Message}");
            return Failed(
                e.StatusCode switch
                {
                    HttpStatusCode.Unauthorized => "Unauthorized",
                    HttpStatusCode.Forbidden => "Denied",
                    null or >= HttpStatusCode.InternalServerError => "Unavailable",
                    _ => "Invalid",
                },
                e.Message
            );
        }
    }

    private static ContainerResult Failed(string error, string message) =>
        new(1, new JsonObject { ["message"] = message, ["error"] = error }.ToJsonString());

    private static string Pod(ContainerSpec container) => $"{container.Namespace}/{container.Pod}";
}
