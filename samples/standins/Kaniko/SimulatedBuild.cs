using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.Images;
using LocalCluster.Nodes;
using StandIns.Processes;

namespace StandIns.Kaniko;

/// <summary>
/// Simulates a Kaniko executor's build: reads its flags and its Dockerfile, asks the registries as it does, runs no
/// instruction, and pushes an image whose layers say so. Its log says what Kaniko's would.
/// </summary>
internal sealed class SimulatedBuild(HttpClient http, TimeProvider time, TimeSpan step)
{
    /// <summary>
    /// Simulates the build and the push; the digest becomes the container's message if its flags ask for it there.
    /// </summary>
    /// <param name="container">The executor's container.</param>
    /// <param name="flags">Its arguments.</param>
    /// <param name="staged">Takes the result of one that has no credentials.</param>
    /// <param name="spoil">Changes the image's config last.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<ContainerResult> RunAsync(
        ContainerSpec container,
        KanikoFlags flags,
        StagedBuilds staged,
        Action<JsonObject> spoil,
        CancellationToken cancellationToken
    )
    {
        var path = flags.First("dockerfile")!;
        if (!container.Files.TryGetValue(path, out var file))
        {
            container.Log(
                "Error: error resolving dockerfile path: please provide a valid path to a Dockerfile within "
                    + $"the build context with --dockerfile: {path}"
            );
            return new ContainerResult(1);
        }

        var stage = DockerfileStage.Last(Encoding.UTF8.GetString(file), flags.Pairs("build-arg"));
        container.Log($"INFO[0000] Retrieving image manifest {stage.From}");
        var stager = staged.StagerOf(container);
        var (from, destinations) = Images(stage, flags, stager);
        if (ForeignHost(from, destinations) is { } foreign)
        {
            container.Log(
                $"error building image: the simulated executor speaks to this machine's own registries alone, not to "
                    + $"{foreign}: name one on loopback, or run this on a cluster"
            );
            return new ContainerResult(1);
        }

        var keeper = stager ?? container;
        try
        {
            if (stager is not null)
            {
                await CheckPushAsync(stager, destinations[0], cancellationToken);
            }

            var source = new ImageSeeder(http, from.Host, Authorization(keeper, from.Host));
            var platform = flags.First("custom-platform") ?? "linux/amd64";
            if (await source.FindAsync(from.Repository, from.Reference, cancellationToken, platform) is not { } found)
            {
                container.Log(
                    "error building image: GET "
                        + $"https://{from.Host}/v2/{from.Repository}/manifests/{from.Reference}: MANIFEST_UNKNOWN: "
                        + $"manifest unknown; unknown tag={from.Reference}"
                );
                return new ContainerResult(1);
            }

            var context = new BuildContextFiles(container.Files, flags.First("context") ?? "");
            var layers = await RunStepsAsync(container, stage, found.Digest, context, cancellationToken);
            if (stager is not null)
            {
                staged.Keep(
                    container,
                    token => PushAsync(stager, destinations[0], from, found, layers, Configure, token)
                );
                return new ContainerResult(0);
            }

            var digest = "";
            foreach (var destination in destinations)
            {
                digest = await PushAsync(container, destination, from, found, layers, Configure, cancellationToken);
            }

            return new ContainerResult(0, flags.First("digest-file") == "/dev/termination-log" ? digest : "");
        }
        catch (HttpRequestException e)
        {
            container.Log(Refusal(e, destinations[0]));
            return new ContainerResult(1);
        }

        void Configure(JsonObject config)
        {
            stage.Configure(config, flags.Pairs("label"));
            spoil(config);
        }
    }

    /// <summary>
    /// Returns the first registry that isn't on this machine; null when all are. What is simulated has no business
    /// where somebody's images are: a demo of a manifest must never push to, or ask, the registry that it names.
    /// </summary>
    private static string? ForeignHost(ImageLocation from, IReadOnlyList<string> destinations) =>
        destinations.Select(d => d.Split('/')[0]).Prepend(from.Host).FirstOrDefault(host => !OwnMachine.Is(host));

    /// <summary>Says where the images really are that an executor reaches by its pod's registry.</summary>
    private static (ImageLocation From, IReadOnlyList<string> Destinations) Images(
        DockerfileStage stage,
        KanikoFlags flags,
        ContainerSpec? stager
    )
    {
        if (stager is null)
        {
            return (ImageLocation.Find(stage.From, flags.Pairs("registry-map")), [.. flags.All("destination")]);
        }

        var access = new KanikoFlags(stager.Args);
        var isBase = stage.From.StartsWith(flags.First("destination")!.Split('/')[0], StringComparison.Ordinal);
        return (
            ImageLocation.Find(isBase ? access.First("base")! : stage.From, flags.Pairs("registry-map")),
            [.. access.All("target")]
        );
    }

    /// <summary>Asks, as the pod's registry does before it takes anything, whether the result can be pushed.</summary>
    private async Task CheckPushAsync(ContainerSpec stager, string target, CancellationToken cancellationToken)
    {
        var slash = target.IndexOf('/', StringComparison.Ordinal);
        var (host, repository) = (target[..slash], target[(slash + 1)..target.LastIndexOf(':')]);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{host}/v2/{repository}/blobs/uploads/");
        request.Headers.Authorization = Authorization(stager, host);
        using var response = await http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    private async Task<IReadOnlyList<(string CreatedBy, IReadOnlyList<ImageFile> Files)>> RunStepsAsync(
        ContainerSpec container,
        DockerfileStage stage,
        string from,
        BuildContextFiles context,
        CancellationToken cancellationToken
    )
    {
        var layers = new List<(string, IReadOnlyList<ImageFile>)>();
        // A layer is another one when anything before it is, as with Kaniko's keys of cached layers.
        var key = new LayerKey(from);
        foreach (var (instruction, arguments) in stage.Steps)
        {
            key = key.Then($"{instruction} {arguments}");
            if (instruction is not ("RUN" or "COPY"))
            {
                continue;
            }

            if (instruction == "COPY")
            {
                key = context.Sources(arguments).Aggregate(key, (k, file) => k.Then(file.Path).Then(file.Content));
            }

            container.Log($"INFO[000{layers.Count + 1}] {instruction} {arguments.Split('\n')[0]}");
            await Task.Delay(step, time, cancellationToken);
            var note = Encoding.UTF8.GetBytes($"simulated: {instruction} {arguments}\n{key}\n");
            layers.Add(($"{instruction} {arguments}", [new ImageFile($"simulated/{layers.Count}", note)]));
        }

        return layers;
    }

    private async Task<string> PushAsync(
        ContainerSpec container,
        string destination,
        ImageLocation from,
        ImageSeeder.Image image,
        IReadOnlyList<(string CreatedBy, IReadOnlyList<ImageFile> Files)> layers,
        Action<JsonObject> configure,
        CancellationToken cancellationToken
    )
    {
        var slash = destination.IndexOf('/', StringComparison.Ordinal);
        var colon = destination.LastIndexOf(':');
        var (host, repository) = (destination[..slash], destination[(slash + 1)..colon]);
        var digest = await new ImageSeeder(http, host, Authorization(container, host)).PushAsync(
            repository,
            destination[(colon + 1)..],
            host == from.Host ? (from.Repository, image) : null,
            layers,
            configure,
            cancellationToken
        );
        container.Log($"INFO[0009] Pushed {host}/{repository}@{digest}");
        return digest;
    }

    private static string Refusal(HttpRequestException refused, string destination) =>
        refused.StatusCode switch
        {
            HttpStatusCode.Unauthorized =>
                "error checking push permissions -- make sure you entered the correct tag name, and "
                    + $"that you are authenticated correctly, and try again: {refused.Message}: "
                    + "UNAUTHORIZED: authentication required",
            HttpStatusCode.Forbidden => $"error checking push permissions: {refused.Message}: DENIED: requested access "
                + "to the resource is denied",
            _ => $"error pushing image: failed to push to destination {destination}: {refused.Message}",
        };

    private static AuthenticationHeaderValue? Authorization(ContainerSpec container, string host)
    {
        var auth = container
            .Files.Where(f => f.Key.EndsWith("/config.json", StringComparison.Ordinal))
            .Select(f => (string?)JsonNode.Parse(f.Value)?["auths"]?[host]?["auth"])
            .LastOrDefault(a => a is not null);
        return auth is null ? null : new AuthenticationHeaderValue("Basic", auth);
    }
}
