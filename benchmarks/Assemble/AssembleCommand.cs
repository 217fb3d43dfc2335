using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Builds.Steps.Assemble;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;
using StandIns.Processes;

namespace Benchmarks.Assemble;

/// <summary>
/// Measures the way from a base image that was just pushed to the application image on it, in a registry: how long, how
/// many requests, how many bytes. The server's layer is once in the same registry, where it is mounted, and once in
/// another, from which it is streamed.
/// </summary>
internal static class AssembleCommand
{
    private const int Layers = 10;
    private const long LayerBytes = 800L << 20;
    private const int ServerBytes = 50 << 20;
    private const string LayerType = "application/vnd.oci.image.layer.v1.tar+gzip";
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    private const string ConfigType = "application/vnd.oci.image.config.v1+json";

    public static async Task<int> RunAsync()
    {
        using var traffic = new Traffic();
        using var http = new HttpClient(traffic) { Timeout = Timeout.InfiniteTimeSpan };
        try
        {
            await using var registry = await DistributionServer.StartAsync(htpasswd: null, CancellationToken.None);
            await using var other = await DistributionServer.StartAsync(htpasswd: null, CancellationToken.None);
            var client = new RegistryClient(
                http,
                RegistryAccess.Anonymous.WithInsecure(registry.Host).WithInsecure(other.Host),
                TimeProvider.System
            );
            var baseImage = await BaseAsync(client, registry);
            var near = await ServerAsync(client, registry.Host);
            var far = await ServerAsync(client, other.Host);
            var result = new JsonObject
            {
                ["baseLayers"] = Layers,
                ["baseBytes"] = Layers * LayerBytes,
                ["serverBytes"] = ServerBytes,
                ["sameRegistry"] = await MeasureAsync(client, traffic, baseImage, near, "app/near"),
                ["sameRegistryAgain"] = await MeasureAsync(client, traffic, baseImage, near, "app/near"),
                ["otherRegistry"] = await MeasureAsync(client, traffic, baseImage, far, "app/far"),
            };
            Console.WriteLine(result.ToJsonString());
            return 0;
        }
        catch (Exception e) when (e is IOException or RegistryException)
        {
            await Console.Error.WriteLineAsync($"benchmarks assemble: {e.Message}");
            return 1;
        }
    }

    private static async Task<JsonObject> MeasureAsync(
        RegistryClient client,
        Traffic traffic,
        ImageReference baseImage,
        ImageReference server,
        string target
    )
    {
        traffic.Reset();
        var started = Stopwatch.GetTimestamp();
        using var copies = new BlobCopies(TimeProvider.System);
        var assembly = await new ImageAssembler(client, copies, "team").AssembleAsync(
            new AssemblyParts(
                baseImage,
                server,
                ImageRepository.Parse($"{baseImage.Repository.Host}/{target}"),
                ImageTag.Parse("b1"),
                "linux/amd64"
            ),
            new ApplicationSettings
            {
                User = "10001:10001",
                Port = 8080,
                Created = DateTime.UnixEpoch,
            },
            TimeSpan.FromMinutes(30),
            CancellationToken.None
        );
        var made = ((Assembly.Done)assembly).Image;
        var took = Stopwatch.GetElapsedTime(started);
        return new JsonObject
        {
            ["seconds"] = Math.Round(took.TotalSeconds, 3),
            ["requests"] = traffic.Requests,
            ["blobsMounted"] = made.BlobsMounted,
            ["bytesTransferred"] = made.BytesTransferred,
            ["bytesSent"] = traffic.Sent,
        };
    }

    private static async Task<ImageReference> BaseAsync(RegistryClient client, DistributionServer registry)
    {
        var layers = new List<(string Digest, long Size)>();
        for (var i = 0; i < Layers; i++)
        {
            var size = LayerBytes + i;
            layers.Add((await SparseLayer.PlantAsync(registry, "team/base", size), size));
        }

        return await PutAsync(client, ImageRepository.Parse($"{registry.Host}/team/base"), layers, []);
    }

    private static async Task<ImageReference> ServerAsync(RegistryClient client, string host)
    {
        var repository = ImageRepository.Parse($"{host}/team/server");
        var layer = new byte[ServerBytes];
        new Random(1).NextBytes(layer);
        var digest = ImageDigest.Of(layer);
        await client.UploadBlobAsync(
            repository,
            new Descriptor(LayerType, digest, layer.Length),
            _ => Task.FromResult<Stream>(new MemoryStream(layer)),
            CancellationToken.None
        );
        return await PutAsync(
            client,
            repository,
            [(digest.ToString(), layer.Length)],
            [("gemmaoperator.io/own-layers", "1")]
        );
    }

    private static async Task<ImageReference> PutAsync(
        RegistryClient client,
        ImageRepository repository,
        IReadOnlyList<(string Digest, long Size)> layers,
        IEnumerable<(string Key, string Value)> labels
    )
    {
        var config = Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["architecture"] = "amd64",
                ["os"] = "linux",
                ["config"] = new JsonObject
                {
                    ["Labels"] = new JsonObject([
                        .. labels.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value)),
                    ]),
                },
                ["rootfs"] = new JsonObject
                {
                    ["type"] = "layers",
                    // What a layer unpacks to isn't looked at by anybody here.
                    ["diff_ids"] = new JsonArray([
                        .. layers.Select(l =>
                            (JsonNode)
                                $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(l.Digest)))}"
                        ),
                    ]),
                },
            }.ToJsonString()
        );
        var configDigest = ImageDigest.Of(config);
        await client.UploadBlobAsync(
            repository,
            new Descriptor(ConfigType, configDigest, config.Length),
            _ => Task.FromResult<Stream>(new MemoryStream(config)),
            CancellationToken.None
        );
        var manifest = JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject
            {
                ["schemaVersion"] = 2,
                ["mediaType"] = ManifestType,
                ["config"] = new JsonObject
                {
                    ["mediaType"] = ConfigType,
                    ["digest"] = configDigest.ToString(),
                    ["size"] = config.Length,
                },
                ["layers"] = new JsonArray([
                    .. layers.Select(l =>
                        (JsonNode)
                            new JsonObject
                            {
                                ["mediaType"] = LayerType,
                                ["digest"] = l.Digest,
                                ["size"] = l.Size,
                            }
                    ),
                ]),
            }
        );
        var digest = ImageDigest.Of(manifest);
        await client.PutManifestAsync(
            new ImageReference(repository, ImageTag.Parse("1"), null),
            new ManifestContent(ManifestType, digest, manifest),
            CancellationToken.None
        );
        return new ImageReference(repository, null, digest);
    }
}
