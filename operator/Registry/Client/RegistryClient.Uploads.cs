using System.Net;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Client;

/// <content>What changes a repository's blobs.</content>
internal sealed partial class RegistryClient
{
    /// <summary>Bounds an upload: one that hasn't ended by then won't.</summary>
    private static readonly TimeSpan UploadTimeout = TimeSpan.FromMinutes(30);

    /// <summary>
    /// Makes a blob of one repository known in another of the same registry. False when the registry would rather have
    /// an upload; nothing was changed then.
    /// </summary>
    public async Task<bool> MountBlobAsync(
        ImageRepository target,
        ImageDigest digest,
        ImageRepository source,
        CancellationToken cancellationToken
    )
    {
        var from = _transport.Locate(source);
        var call = Call(
            HttpMethod.Post,
            target,
            $"blobs/uploads/?mount={digest}&from={Uri.EscapeDataString(from.Path)}"
        ) with
        {
            Source = from,
        };
        using var response = await _transport.SendAsync(call, cancellationToken);
        return response.StatusCode == HttpStatusCode.Created;
    }

    /// <summary>Uploads a blob as a stream, unless it is there already; returns true when bytes were sent.</summary>
    /// <param name="repository">Where it goes.</param>
    /// <param name="blob">Digest and size in bytes.</param>
    /// <param name="open">Opens the content from its start.</param>
    /// <param name="cancellationToken">Cancels the upload; a registry forgets it by itself.</param>
    public async Task<bool> UploadBlobAsync(
        ImageRepository repository,
        Descriptor blob,
        Func<CancellationToken, Task<Stream>> open,
        CancellationToken cancellationToken
    )
    {
        if (await BlobExistsAsync(repository, blob.Digest, cancellationToken))
        {
            return false;
        }

        using var started = await _transport.SendAsync(
            Call(HttpMethod.Post, repository, "blobs/uploads/"),
            cancellationToken
        );
        await BlobUpload.SendAsync(
            _transport,
            Call(HttpMethod.Put, repository, "blobs/uploads/"),
            started,
            blob,
            open,
            UploadTimeout,
            cancellationToken
        );
        return true;
    }

    /// <summary>
    /// Asks whether blobs can be pushed to a repository, by beginning an upload and giving it up.
    /// </summary>
    /// <exception cref="RegistryException">They can't, or nobody knows.</exception>
    public async Task CheckPushAsync(ImageRepository repository, CancellationToken cancellationToken)
    {
        var call = Call(HttpMethod.Post, repository, "blobs/uploads/");
        using var started = await _transport.SendAsync(call, cancellationToken);
        try
        {
            var upload = call with
            {
                Method = HttpMethod.Delete,
                Url = BlobUpload.Location(call, started),
                IsOfPush = true,
                MayRepeat = false,
            };
            using var ended = await _transport.SendAsync(upload, cancellationToken);
        }
        catch (RegistryException e) when (e.Error != RegistryError.EgressRefused)
        {
            // Not every registry ends an upload that is asked to; all forget it by themselves.
        }
    }
}
