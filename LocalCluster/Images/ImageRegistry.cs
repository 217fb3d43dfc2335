using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LocalCluster.Images;

/// <summary>
/// Runs an OCI distribution registry in this process, on loopback (OCI distribution specification 1.1).
/// </summary>
public sealed class ImageRegistry : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly BlobStore _blobs;
    private readonly ManifestStore _manifests;
    private readonly RegistryHandler _handler;

    private ImageRegistry(WebApplication app, BlobStore blobs, ManifestStore manifests, RegistryHandler handler) =>
        (_app, _blobs, _manifests, _handler) = (app, blobs, manifests, handler);

    /// <summary>Gets host and port, for example <c>127.0.0.1:34567</c>.</summary>
    public string Host =>
        new Uri(
            _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
        ).Authority;

    /// <summary>Gets the requests so far.</summary>
    public IReadOnlyList<RegistryRequest> Requests => _handler.Requests;

    /// <summary>Gets the repositories that have a tag.</summary>
    public IReadOnlyList<string> Repositories => _manifests.Repositories;

    /// <summary>Starts a registry.</summary>
    public static async Task<ImageRegistry> StartAsync(
        ImageRegistryOptions options,
        CancellationToken cancellationToken
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<KestrelServerOptions>(k => k.Limits.MaxRequestBodySize = null);
        builder.WebHost.UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{options.Port}"));
        var app = builder.Build();
        var (blobs, manifests) = (new BlobStore(), new ManifestStore());
        var handler = new RegistryHandler(blobs, manifests, options);
        app.Run(handler.HandleAsync);
        await app.StartAsync(cancellationToken);
        return new ImageRegistry(app, blobs, manifests, handler);
    }

    /// <summary>Returns the digests of a repository, by tag.</summary>
    public IReadOnlyDictionary<string, string> Tags(string repository) => _manifests.Tags(repository);

    /// <summary>Returns a manifest's JSON text, by tag or digest; null when there is none.</summary>
    public string? Manifest(string repository, string reference) =>
        _manifests.Find(repository, reference) is { } found ? Encoding.UTF8.GetString(found.Bytes) : null;

    /// <summary>Returns the path of a blob's file; it need not exist.</summary>
    public string BlobPath(string digest) => _blobs.PathOf(digest);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _blobs.Dispose();
    }
}
