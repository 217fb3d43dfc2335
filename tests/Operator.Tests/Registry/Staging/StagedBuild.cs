using System.Net;
using System.Net.Http.Headers;
using System.Text;
using GemmaOperator.Builds.Contents.Layers;
using GemmaOperator.Hosting.Staging;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;
using GemmaOperator.Registry.Staging;
using LocalCluster.Images;
using Microsoft.AspNetCore.Builder;

namespace Operator.Tests.Registry.Staging;

/// <summary>
/// A registry that wants a login, the staging registry of a build before it, and an executor that knows no credential.
/// </summary>
internal sealed class StagedBuild : IAsyncDisposable
{
    public const string User = "robot";
    public const string Password = "s3cret-of-the-push";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gemma-staging-");
    private readonly HttpClient _http = new();
    private readonly List<IAsyncDisposable> _open = [];
    private readonly List<IDisposable> _sources = [];

    public required ImageRegistry Registry { get; init; }

    public required StagingPlan Plan { get; init; }

    public List<string> Told { get; } = [];

    /// <summary>Gets the layer that the build makes.</summary>
    public byte[] Layer { get; init; } = Encoding.UTF8.GetBytes("a layer");

    public string Folder => _folder.FullName;

    public static async Task<StagedBuild> StartAsync(
        Func<StagingPlan, StagingPlan>? change = null,
        byte[]? layer = null
    )
    {
        var registry = await ImageRegistry.StartAsync(
            new ImageRegistryOptions { Credentials = (User, Password) },
            CancellationToken.None
        );
        using var http = new HttpClient();
        var seeder = new ImageSeeder(
            http,
            registry.Host,
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}")))
        );
        var digest = await SeedAsync("base");
        await SeedAsync("secret");
        var plan = new StagingPlan
        {
            Base = ImageReference.Parse($"{registry.Host}/hub/base@{digest}"),
            Platform = "linux/amd64",
            Target = ImageReference.Parse($"{registry.Host}/team/out:b1"),
            Cache = ImageRepository.Parse($"{registry.Host}/team/out/cache"),
            WritesCache = true,
        };
        return new StagedBuild
        {
            Registry = registry,
            Plan = change?.Invoke(plan) ?? plan,
            Layer = layer ?? Encoding.UTF8.GetBytes("a layer"),
        };

        Task<string> SeedAsync(string tag) =>
            seeder.PushAsync(
                "hub/base",
                tag,
                null,
                [("RUN", [new ImageFile(tag, Encoding.UTF8.GetBytes(tag))])],
                null,
                CancellationToken.None
            );
    }

    /// <summary>Starts the staging registry and returns its host.</summary>
    public async Task<string> StageAsync(string password = Password)
    {
        var (client, sources, staged) = Parts(password);
        var app = await StagingServer.StartAsync(
            new StagingRequests(sources, new StagingUploads(client, sources, staged, Plan), staged, Told.Add),
            new IPEndPoint(IPAddress.Loopback, 0),
            probe: null,
            CancellationToken.None
        );
        _open.Add(app);
        return new Uri(app.Urls.First()).Authority;
    }

    /// <summary>Returns what the executor speaks with.</summary>
    public RegistryClient Executor(string host) =>
        new(_http, RegistryAccess.Anonymous with { InsecureHosts = [host] }, TimeProvider.System);

    /// <summary>Reads which packages the layers of what was staged bring.</summary>
    public Task<LayerFindings?> LayersAsync()
    {
        var (_, sources, staged) = Parts(Password);
        return StagedLayers.ReadAsync(staged, sources, Plan, CancellationToken.None);
    }

    public StagedPush Push()
    {
        var (client, sources, staged) = Parts(Password);
        return new StagedPush(client, sources, staged, Plan);
    }

    /// <summary>Builds as an executor does: a layer and a config of its own on the base's layers.</summary>
    public async Task<ManifestContent> BuildAsync(string host, string name = "output", string tag = "b1")
    {
        var executor = Executor(host);
        var pinned = ImageReference.Parse($"{host}/base@{Plan.Base.Digest}");
        var below = ImageManifest.Parse(await executor.GetManifestAsync(pinned, CancellationToken.None), "the base");
        var target = ImageReference.Parse($"{host}/{name}:{tag}");
        var (layer, config) = (Layer, Encoding.UTF8.GetBytes($$"""{"made":"{{tag}}"}"""));
        Descriptor[] layers = name == "output" ? [.. below.Layers, Of(layer)] : [Of(layer)];
        foreach (var blob in below.Layers.Where(_ => name == "output"))
        {
            var sent = await executor.UploadBlobAsync(
                target.Repository,
                blob,
                _ => throw new InvalidOperationException("a layer of the base is uploaded"),
                CancellationToken.None
            );
            Assert.That(sent, Is.False, "the base's layers needn't come by");
        }

        foreach (var bytes in new[] { layer, config })
        {
            await executor.UploadBlobAsync(
                target.Repository,
                Of(bytes),
                _ => Task.FromResult<Stream>(new MemoryStream(bytes)),
                CancellationToken.None
            );
        }

        var text = Encoding.UTF8.GetBytes(
            $$"""
            {"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","config":{{Entry(Of(config))}},
            "layers":[{{string.Join(",", layers.Select(Entry))}}]}
            """
        );
        var manifest = new ManifestContent(MediaTypes.OciManifest, ImageDigest.Of(text), text);
        await executor.PutManifestAsync(target, manifest, CancellationToken.None);
        return manifest;
    }

    public static Descriptor Of(byte[] content) =>
        new(MediaTypes.OciLayerGzip, ImageDigest.Of(content), content.Length);

    public async ValueTask DisposeAsync()
    {
        foreach (var one in _open)
        {
            await one.DisposeAsync();
        }

        _sources.ForEach(s => s.Dispose());
        _http.Dispose();
        await Registry.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private (RegistryClient, BuildSources, StagedImages) Parts(string password)
    {
        var host = Registry.Host;
        var client = new RegistryClient(
            _http,
            RegistryAccess.Anonymous with
            {
                Credentials = DockerConfig.Of(host, new RegistryCredential(User, password)),
                InsecureHosts = [host],
                Fields = RepositoryFields.OfBuild(Plan.Target.Repository, Plan.Cache, Plan.Base.Repository),
            },
            TimeProvider.System
        );
        var sources = new BuildSources(client, Plan);
        _sources.Add(sources);
        return (client, sources, new StagedImages(Folder));
    }

    private static string Entry(Descriptor d) =>
        $$"""{"mediaType":"{{d.MediaType}}","digest":"{{d.Digest}}","size":{{d.Size}}}""";
}
