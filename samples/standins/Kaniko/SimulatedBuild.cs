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
    /// <param name="spoil">Changes the image's config last.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<ContainerResult> RunAsync(
        ContainerSpec container,
        KanikoFlags flags,
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
        var from = ImageLocation.Find(stage.From, flags.Pairs("registry-map"));
        if (ForeignHost(from, flags) is { } foreign)
        {
            container.Log(
                $"error building image: the simulated executor speaks to this machine's own registries alone, not to "
                    + $"{foreign}: name one on loopback, or run this on a cluster"
            );
            return new ContainerResult(1);
        }

        try
        {
            var source = new ImageSeeder(http, from.Host, Authorization(container, from.Host));
            if (await source.FindAsync(from.Repository, from.Reference, cancellationToken) is not { } found)
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
            var digest = "";
            foreach (var destination in flags.All("destination"))
            {
                digest = await PushAsync(container, destination, from, found, layers, Configure, cancellationToken);
            }

            return new ContainerResult(0, flags.First("digest-file") == "/dev/termination-log" ? digest : "");
        }
        catch (HttpRequestException e)
        {
            container.Log(Refusal(e, flags.First("destination")!));
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
    private static string? ForeignHost(ImageLocation from, KanikoFlags flags) =>
        flags
            .All("destination")
            .Select(d => d.Split('/')[0])
            .Prepend(from.Host)
            .FirstOrDefault(host => !OwnMachine.Is(host));

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
        var json = container.Files.FirstOrDefault(f => f.Key.EndsWith("/config.json", StringComparison.Ordinal)).Value;
        var auth = json is null ? null : (string?)JsonNode.Parse(json)?["auths"]?[host]?["auth"];
        return auth is null ? null : new AuthenticationHeaderValue("Basic", auth);
    }
}
