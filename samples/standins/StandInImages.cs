using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.Images;

namespace StandIns;

/// <summary>
/// Pushes small images in place of those that weigh gigabytes: they hold a note that says so, and a config like the
/// real ones'.
/// </summary>
public sealed class StandInImages(ImageSeeder seeder)
{
    /// <summary>
    /// Gets what the inference server's own image says of weights: it needs them, and can fetch them.
    /// </summary>
    public static IReadOnlyDictionary<string, string> WeightLabels { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["gemmaoperator.io/model"] = "required",
            ["gemmaoperator.io/fetch"] = "1",
        };

    /// <summary>
    /// Pushes what stands for an upstream PyTorch image: runs as root, has its PATH. Returns the digest.
    /// </summary>
    public Task<string> BaseAsync(string repository, string tag, CancellationToken cancellationToken) =>
        seeder.PushAsync(
            repository,
            tag,
            null,
            [("stand-in for an upstream base", [Note($"stand-in for {repository}:{tag}")])],
            config =>
            {
                config["Env"] = new JsonArray(
                    "PATH=/usr/local/nvidia/bin:/usr/local/cuda/bin:/usr/local/sbin:/usr/local/bin:/"
                        + "usr/sbin:/usr/bin:/sbin:/bin"
                );
                config["Cmd"] = new JsonArray("/bin/bash");
                config["WorkingDir"] = "/workspace";
            },
            cancellationToken
        );

    /// <summary>
    /// Pushes what stands for the inference server's layers image, with one layer of its own below /app. Returns the
    /// digest.
    /// </summary>
    public Task<string> ServerAsync(string repository, string tag, CancellationToken cancellationToken) =>
        ServerAsync(repository, tag, new Dictionary<string, string>(StringComparer.Ordinal), cancellationToken);

    /// <summary>Pushes the same with more labels. Returns the digest.</summary>
    public Task<string> ServerAsync(
        string repository,
        string tag,
        IReadOnlyDictionary<string, string> labels,
        CancellationToken cancellationToken
    ) => ServerAsync(repository, tag, labels, fault: null, cancellationToken);

    /// <summary>
    /// Pushes what stands for a server image with a fault: under <see cref="FaultyImages"/> it says
    /// <paramref name="fault"/> and crashes. Returns the digest.
    /// </summary>
    public Task<string> FaultyServerAsync(
        string repository,
        string tag,
        string fault,
        CancellationToken cancellationToken
    ) => ServerAsync(repository, tag, WeightLabels, fault, cancellationToken);

    private Task<string> ServerAsync(
        string repository,
        string tag,
        IReadOnlyDictionary<string, string> labels,
        string? fault,
        CancellationToken cancellationToken
    ) =>
        seeder.PushAsync(
            repository,
            tag,
            null,
            [
                (
                    "stand-in for the inference server",
                    [Note($"stand-in for {repository}:{tag}") with { Path = "app/README" }]
                ),
            ],
            config =>
            {
                config["Entrypoint"] = new JsonArray("/app/gemma-inference");
                config["WorkingDir"] = "/app";
                var env = new JsonArray("DOTNET_RUNNING_IN_CONTAINER=true");
                if (fault is not null)
                {
                    env.Add($"{FaultyImages.Variable}={fault}");
                }

                config["Env"] = env;
                var all = new JsonObject { ["gemmaoperator.io/own-layers"] = "1" };
                foreach (var (name, value) in labels)
                {
                    all[name] = value;
                }

                config["Labels"] = all;
            },
            cancellationToken
        );

    private static ImageFile Note(string text) => new("stand-in.txt", Encoding.UTF8.GetBytes(text + "\n"));
}
