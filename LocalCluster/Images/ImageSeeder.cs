using System.Formats.Tar;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Images;

/// <summary>Pushes small images to a registry over HTTP, as any client does.</summary>
public sealed class ImageSeeder(HttpClient http, string registry, AuthenticationHeaderValue? authorization = null)
{
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    private const string IndexType = "application/vnd.oci.image.index.v1+json";
    private const string LayerType = "application/vnd.oci.image.layer.v1.tar+gzip";
    private const string ConfigType = "application/vnd.oci.image.config.v1+json";

    /// <summary>Holds an image of the registry: its manifest, its config, its digest.</summary>
    public sealed record Image(string Digest, JsonObject Manifest, JsonObject Config);

    /// <summary>
    /// Reads an image, of an index that for a platform; null when the registry doesn't have it.
    /// </summary>
    public async Task<Image?> FindAsync(
        string repository,
        string reference,
        CancellationToken cancellationToken,
        string platform = "linux/amd64"
    )
    {
        using var request = Request(HttpMethod.Get, $"{repository}/manifests/{reference}");
        request.Headers.Accept.ParseAdd(ManifestType);
        request.Headers.Accept.ParseAdd("application/vnd.docker.distribution.manifest.v2+json");
        request.Headers.Accept.ParseAdd(IndexType);
        using var response = await http.SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            return response.StatusCode == System.Net.HttpStatusCode.NotFound
                ? null
                : throw Refused("GET manifest", response);
        }

        var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var manifest = (JsonObject)JsonNode.Parse(bytes)!;
        if (manifest.Array("manifests") is { } images)
        {
            var chosen = images.OfType<JsonObject>().FirstOrDefault(i => PlatformOf(i.Child("platform")) == platform);
            return chosen?.Text("digest") is { } digest
                ? await FindAsync(repository, digest, cancellationToken, platform)
                : null;
        }

        using var configRequest = Request(
            HttpMethod.Get,
            $"{repository}/blobs/{manifest.Object("config").Text("digest")}"
        );
        using var configResponse = await http.SendAsync(configRequest, cancellationToken);
        var config = (JsonObject)JsonNode.Parse(await configResponse.Content.ReadAsByteArrayAsync(cancellationToken))!;
        return new Image(Digest(bytes), manifest, config);
    }

    /// <summary>
    /// Pushes an image of new layers on a base of the same registry (null: none), and tags it. The manifest's digest.
    /// </summary>
    /// <param name="repository">Where to.</param>
    /// <param name="tag">Under which tag.</param>
    /// <param name="baseImage">What to stand on, with its repository.</param>
    /// <param name="layers">Files of each new layer, with what made it.</param>
    /// <param name="configure">Changes the config's <c>config</c> object.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<string> PushAsync(
        string repository,
        string tag,
        (string Repository, Image Image)? baseImage,
        IReadOnlyList<(string CreatedBy, IReadOnlyList<ImageFile> Files)> layers,
        Action<JsonObject>? configure,
        CancellationToken cancellationToken
    )
    {
        var config = baseImage?.Image.Config.Copy() ?? new JsonObject { ["architecture"] = "amd64", ["os"] = "linux" };
        var diffIds = (config.Object("rootfs").Array("diff_ids") ?? []).Select(d => d.Text()!).ToList();
        var history = config["history"]?.DeepClone() as JsonArray ?? [];
        var descriptors = (baseImage?.Image.Manifest.Array("layers") ?? []).Select(l => l!.DeepClone()).ToList();
        foreach (var layer in (baseImage?.Image.Manifest.Array("layers") ?? []).OfType<JsonObject>())
        {
            await MountAsync(repository, layer.Text("digest")!, baseImage!.Value.Repository, cancellationToken);
        }

        foreach (var (createdBy, files) in layers)
        {
            var tar = Tar(files);
            var gzip = Gzip(tar);
            await UploadAsync(repository, gzip, cancellationToken);
            diffIds.Add(Digest(tar));
            descriptors.Add(Descriptor(LayerType, gzip));
            history.Add(new JsonObject { ["created_by"] = createdBy });
        }

        config["rootfs"] = new JsonObject
        {
            ["type"] = "layers",
            ["diff_ids"] = new JsonArray([.. diffIds.Select(d => (JsonNode)d)]),
        };
        config["history"] = history.DeepClone();
        configure?.Invoke(config.Child("config"));
        var configBytes = System.Text.Encoding.UTF8.GetBytes(config.ToJsonString());
        await UploadAsync(repository, configBytes, cancellationToken);
        var manifest = System.Text.Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["schemaVersion"] = 2,
                ["mediaType"] = ManifestType,
                ["config"] = Descriptor(ConfigType, configBytes),
                ["layers"] = new JsonArray([.. descriptors]),
            }.ToJsonString()
        );
        await PutAsync(repository, tag, ManifestType, manifest, cancellationToken);
        return Digest(manifest);
    }

    /// <summary>
    /// Puts an index in the place of a tagged image: for each platform the same image, whose config says that it is for
    /// it. Returns the index' digest.
    /// </summary>
    public async Task<string> IndexAsync(
        string repository,
        string tag,
        IReadOnlyList<string> platforms,
        CancellationToken cancellationToken
    )
    {
        var image =
            await FindAsync(repository, tag, cancellationToken)
            ?? throw new ArgumentException($"{repository}:{tag} isn't there", nameof(tag));
        var entries = new JsonArray();
        foreach (var platform in platforms)
        {
            var (config, manifest, parts) = (image.Config.Copy(), image.Manifest.Copy(), platform.Split('/'));
            (config["os"], config["architecture"]) = (parts[0], parts[1]);
            var configBytes = System.Text.Encoding.UTF8.GetBytes(config.ToJsonString());
            await UploadAsync(repository, configBytes, cancellationToken);
            manifest["config"] = Descriptor(ConfigType, configBytes);
            var bytes = System.Text.Encoding.UTF8.GetBytes(manifest.ToJsonString());
            await PutAsync(repository, Digest(bytes), ManifestType, bytes, cancellationToken);
            var entry = Descriptor(ManifestType, bytes);
            entry["platform"] = new JsonObject { ["os"] = parts[0], ["architecture"] = parts[1] };
            entries.Add(entry);
        }

        var index = System.Text.Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["schemaVersion"] = 2,
                ["mediaType"] = IndexType,
                ["manifests"] = entries,
            }.ToJsonString()
        );
        await PutAsync(repository, tag, IndexType, index, cancellationToken);
        return Digest(index);
    }

    private static string PlatformOf(JsonObject platform) => $"{platform.Text("os")}/{platform.Text("architecture")}";

    private async Task PutAsync(
        string repository,
        string reference,
        string type,
        byte[] manifest,
        CancellationToken cancellationToken
    )
    {
        using var put = Request(HttpMethod.Put, $"{repository}/manifests/{reference}");
        put.Content = new ByteArrayContent(manifest) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
        using var answer = await http.SendAsync(put, cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw Refused("PUT manifest", answer);
        }
    }

    private async Task MountAsync(string repository, string digest, string from, CancellationToken cancellationToken)
    {
        if (repository == from)
        {
            return;
        }

        using var request = Request(HttpMethod.Post, $"{repository}/blobs/uploads/?mount={digest}&from={from}");
        using var response = await http.SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw Refused("mount", response);
        }
    }

    private async Task UploadAsync(string repository, byte[] content, CancellationToken cancellationToken)
    {
        using var post = Request(HttpMethod.Post, $"{repository}/blobs/uploads/");
        using var started = await http.SendAsync(post, cancellationToken);
        if (!started.IsSuccessStatusCode)
        {
            throw Refused("POST upload", started);
        }

        var location = started.Headers.Location!;
        var url = location.IsAbsoluteUri ? location : new Uri(new Uri($"http://{registry}/"), location);
        using var put = new HttpRequestMessage(
            HttpMethod.Put,
            $"{url}{(url.Query.Length > 0 ? "&" : "?")}digest={Digest(content)}"
        )
        {
            Content = new ByteArrayContent(content)
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") },
            },
        };
        put.Headers.Authorization = authorization;
        using var done = await http.SendAsync(put, cancellationToken);
        if (!done.IsSuccessStatusCode)
        {
            throw Refused("PUT blob", done);
        }
    }

    private HttpRequestMessage Request(HttpMethod method, string below)
    {
        var request = new HttpRequestMessage(method, $"http://{registry}/v2/{below}");
        request.Headers.Authorization = authorization;
        return request;
    }

    private static HttpRequestException Refused(string what, HttpResponseMessage response) =>
        new(
            $"{what} {response.RequestMessage?.RequestUri}: {(int)response.StatusCode} {response.ReasonPhrase}",
            null,
            response.StatusCode
        );

    /// <summary>Writes the same bytes for the same files: pax would add the present and the process.</summary>
    private static byte[] Tar(IReadOnlyList<ImageFile> files)
    {
        using var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var file in files)
            {
                tar.WriteEntry(
                    new UstarTarEntry(TarEntryType.RegularFile, file.Path)
                    {
                        DataStream = new MemoryStream(file.Content),
                        ModificationTime = DateTimeOffset.UnixEpoch,
                        Mode =
                            UnixFileMode.UserRead
                            | UnixFileMode.UserWrite
                            | UnixFileMode.UserExecute
                            | UnixFileMode.GroupRead
                            | UnixFileMode.GroupExecute
                            | UnixFileMode.OtherRead
                            | UnixFileMode.OtherExecute,
                    }
                );
            }
        }

        return stream.ToArray();
    }

    private static byte[] Gzip(byte[] content)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return stream.ToArray();
    }

    private static JsonObject Descriptor(string type, byte[] content) =>
        new()
        {
            ["mediaType"] = type,
            ["digest"] = Digest(content),
            ["size"] = content.Length,
        };

    private static string Digest(byte[] content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));
}
