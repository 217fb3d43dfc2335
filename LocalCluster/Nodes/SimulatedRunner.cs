using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.Images;
using LocalCluster.Json;

namespace LocalCluster.Nodes;

/// <summary>
/// Runs nothing, and says so in its log. A Kaniko executor's build is simulated up to its result: the image that it
/// pushes, with the Dockerfile's user, environment and labels, is real and so is its digest.
/// </summary>
public sealed class SimulatedRunner(HttpClient http, TimeProvider time, TimeSpan step) : IPodRunner
{
    /// <summary>A failure for a container, asked at its start.</summary>
    public Func<ContainerSpec, SimulatedFault?> Fault { get; set; } = _ => null;

    /// <summary>
    /// How a container that neither serves nor builds ends; null means that it ends well and says nothing.
    /// </summary>
    public Func<ContainerSpec, ContainerResult?> Ending { get; set; } = _ => null;

    /// <summary>Changes to the config of an image that is built, for one that isn't as its Dockerfile says.</summary>
    public Action<JsonObject> Config { get; set; } = _ => { };

    /// <summary>The digest that a build reports in place of the true one; null for the truth.</summary>
    public Func<ContainerSpec, string?> Lie { get; set; } = _ => null;

    /// <summary>What a container waits for before it does its work.</summary>
    public Func<ContainerSpec, CancellationToken, Task> Hold { get; set; } = (_, _) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task<ContainerResult> RunAsync(ContainerSpec container, CancellationToken cancellationToken)
    {
        container.Log("simulated: no process runs in this container");
        await Task.Delay(step, time, cancellationToken);
        await Hold(container, cancellationToken);
        if (Fault(container) is { } fault)
        {
            return await FailAsync(container, fault, cancellationToken);
        }

        if (container.Serves)
        {
            container.Ready();
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
        }

        var flags = new Flags(container.Args);
        return flags.First("destination") is null
            ? Ending(container) ?? new ContainerResult(0)
            : await BuildAsync(container, flags, cancellationToken);
    }

    private async Task<ContainerResult> FailAsync(
        ContainerSpec container,
        SimulatedFault fault,
        CancellationToken cancellationToken
    )
    {
        foreach (var line in fault.Lines)
        {
            container.Log(line);
        }

        if (fault.Hangs)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
        }

        return new ContainerResult(fault.ExitCode, fault.Message, fault.Reason, fault.Eviction);
    }

    private async Task<ContainerResult> BuildAsync(
        ContainerSpec container,
        Flags flags,
        CancellationToken cancellationToken
    )
    {
        var path = flags.First("dockerfile")!;
        if (!container.Files.TryGetValue(path, out var file))
        {
            container.Log(
                $"Error: error resolving dockerfile path: please provide a valid path to a Dockerfile within the build context with --dockerfile: {path}"
            );
            return new ContainerResult(1);
        }

        var stage = DockerfileStage.Last(Encoding.UTF8.GetString(file), flags.Pairs("build-arg"));
        container.Log($"INFO[0000] Retrieving image manifest {stage.From}");
        var (host, repository, reference) = Locate(stage.From, flags);
        try
        {
            var source = new ImageSeeder(http, host, Authorization(container, host));
            var found = await source.FindAsync(repository, reference, cancellationToken);
            if (found is null)
            {
                container.Log(
                    $"error building image: GET https://{host}/v2/{repository}/manifests/{reference}: MANIFEST_UNKNOWN: manifest unknown; unknown tag={reference}"
                );
                return new ContainerResult(1);
            }

            return await PushAsync(container, flags, stage, (host, repository, found), cancellationToken);
        }
        catch (HttpRequestException e)
        {
            container.Log(
                e.StatusCode switch
                {
                    System.Net.HttpStatusCode.Unauthorized =>
                        $"error checking push permissions -- make sure you entered the correct tag name, and that you are authenticated correctly, and try again: {e.Message}: UNAUTHORIZED: authentication required",
                    System.Net.HttpStatusCode.Forbidden =>
                        $"error checking push permissions: {e.Message}: DENIED: requested access to the resource is denied",
                    _ =>
                        $"error pushing image: failed to push to destination {flags.First("destination")}: {e.Message}",
                }
            );
            return new ContainerResult(1);
        }
    }

    private async Task<ContainerResult> PushAsync(
        ContainerSpec container,
        Flags flags,
        DockerfileStage stage,
        (string Host, string Repository, ImageSeeder.Image Image) from,
        CancellationToken cancellationToken
    )
    {
        var layers = new List<(string, IReadOnlyList<ImageFile>)>();
        foreach (var (instruction, arguments) in stage.Steps.Where(s => s.Instruction is "RUN" or "COPY"))
        {
            container.Log($"INFO[000{layers.Count + 1}] {instruction} {arguments.Split('\n')[0]}");
            await Task.Delay(step, time, cancellationToken);
            layers.Add(
                (
                    $"{instruction} {arguments}",
                    [
                        new ImageFile(
                            $"simulated/{layers.Count}",
                            Encoding.UTF8.GetBytes($"simulated: {instruction} {arguments}\n")
                        ),
                    ]
                )
            );
        }

        var digest = "";
        foreach (var destination in flags.All("destination"))
        {
            var slash = destination.IndexOf('/', StringComparison.Ordinal);
            var colon = destination.LastIndexOf(':');
            var (host, repository, tag) = (
                destination[..slash],
                destination[(slash + 1)..colon],
                destination[(colon + 1)..]
            );
            var target = new ImageSeeder(http, host, Authorization(container, host));
            (string, ImageSeeder.Image)? below = host == from.Host ? (from.Repository, from.Image) : null;
            digest = await target.PushAsync(
                repository,
                tag,
                below,
                layers,
                config =>
                {
                    Configure(config, stage, flags);
                    Config(config);
                },
                cancellationToken
            );
            container.Log($"INFO[0009] Pushed {host}/{repository}@{digest}");
        }

        return new ContainerResult(
            0,
            flags.First("digest-file") == "/dev/termination-log" ? Lie(container) ?? digest : ""
        );
    }

    private static void Configure(JsonObject config, DockerfileStage stage, Flags flags)
    {
        var labels = config.Child("Labels");
        foreach (var (instruction, arguments) in stage.Steps)
        {
            switch (instruction)
            {
                case "USER":
                    config["User"] = arguments.Trim();
                    break;
                case "WORKDIR":
                    config["WorkingDir"] = arguments.Trim();
                    break;
                case "ENTRYPOINT" when arguments.StartsWith('['):
                    config["Entrypoint"] = JsonNode.Parse(arguments);
                    break;
                case "CMD" when arguments.StartsWith('['):
                    config["Cmd"] = JsonNode.Parse(arguments);
                    break;
                case "LABEL":
                    foreach (var (key, value) in Words.Pairs(arguments))
                    {
                        labels[key] = value;
                    }

                    break;
                case "ENV":
                    var env = config["Env"] as JsonArray ?? [];
                    config["Env"] = new JsonArray([
                        .. env.Select(e => e!.DeepClone()),
                        .. Words.Pairs(arguments).Select(p => (JsonNode)$"{p.Key}={p.Value}"),
                    ]);
                    break;
            }
        }

        foreach (var (key, value) in flags.Pairs("label"))
        {
            labels[key] = value;
        }
    }

    /// <summary>Where an image really is: Kaniko's registry map applied, Docker Hub's names filled in.</summary>
    private static (string Host, string Repository, string Reference) Locate(string image, Flags flags)
    {
        var at = image.IndexOf('@', StringComparison.Ordinal);
        var colon = image.LastIndexOf(':');
        var (name, reference) =
            at > 0 ? (image[..at], image[(at + 1)..])
            : colon > image.LastIndexOf('/') ? (image[..colon], image[(colon + 1)..])
            : (image, "latest");
        var tagged = name.LastIndexOf(':');
        name = at > 0 && tagged > name.LastIndexOf('/') ? name[..tagged] : name;
        var first = name.Split('/')[0];
        var (host, path) =
            first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal)
                ? (first, name[(first.Length + 1)..])
                : ("index.docker.io", name.Contains('/', StringComparison.Ordinal) ? name : $"library/{name}");
        host = host == "docker.io" ? "index.docker.io" : host;
        if (!flags.Pairs("registry-map").TryGetValue(host, out var mirror))
        {
            return (host, path, reference);
        }

        var slash = mirror.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (mirror, path, reference) : (mirror[..slash], $"{mirror[(slash + 1)..]}/{path}", reference);
    }

    private static AuthenticationHeaderValue? Authorization(ContainerSpec container, string host)
    {
        var json = container.Files.FirstOrDefault(f => f.Key.EndsWith("/config.json", StringComparison.Ordinal)).Value;
        var auth = json is null ? null : (JsonNode.Parse(json) as JsonObject).Object("auths").Object(host).Text("auth");
        return auth is null ? null : new AuthenticationHeaderValue("Basic", auth);
    }
}
