using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;
using GemmaOperator.Text;

namespace GemmaOperator.Registry.Client;

/// <summary>
/// Speaks the OCI distribution API. It takes arguments and returns facts; failures are <see cref="RegistryException"/>.
/// Layers are streamed: none is ever held in memory.
/// </summary>
internal sealed partial class RegistryClient(HttpClient http, RegistryAccess access, TimeProvider time)
{
    /// <summary>Bounds how many tags are looked at.</summary>
    private const int MostTags = 500;

    private readonly RegistryTransport _transport = new(http, access, time);

    /// <summary>Returns what a reference stands for now, by HEAD, or by GET where HEAD names no digest.</summary>
    public async Task<Descriptor> ResolveAsync(ImageReference reference, CancellationToken cancellationToken) =>
        (await PollAsync(reference, null, cancellationToken)).Found;

    /// <summary>
    /// Does what <see cref="ResolveAsync"/> does; also returns what the registry says of rate limits.
    /// </summary>
    /// <param name="reference">What is asked about.</param>
    /// <param name="before">
    /// The last answer; it is returned again where HEAD names no digest and the entity tag is still the same.
    /// </param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    public async Task<PolledManifest> PollAsync(
        ImageReference reference,
        PolledManifest? before,
        CancellationToken cancellationToken
    )
    {
        using var response = await _transport.SendAsync(ManifestCall(HttpMethod.Head, reference), cancellationToken);
        var pause = RateLimitHeaders.Pause(response.Headers, time.GetUtcNow());
        var type = response.Content.Headers.ContentType?.MediaType ?? "";
        if (
            response.Headers.TryGetValues("Docker-Content-Digest", out var values)
            && ImageDigest.TryParse(values.First(), out var digest, out _)
            && MediaTypes.Manifests.Contains(type, StringComparer.Ordinal)
            && (reference.Digest is null || reference.Digest == digest)
        )
        {
            return new PolledManifest(new Descriptor(type, digest, response.Content.Headers.ContentLength ?? 0), pause);
        }

        var tag = response.Headers.ETag is { IsWeak: false, Tag: var strong } ? strong : null;
        if (tag is not null && tag == before?.ETag)
        {
            return before with { Pause = pause };
        }

        var manifest = await GetManifestAsync(reference, cancellationToken);
        return new PolledManifest(
            new Descriptor(manifest.MediaType, manifest.Digest, manifest.Bytes.Length),
            pause,
            tag
        );
    }

    /// <summary>
    /// Returns the manifest or index; its bytes are checked against the digest that was asked for or answered.
    /// </summary>
    public async Task<ManifestContent> GetManifestAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        var call = ManifestCall(HttpMethod.Get, reference);
        using var response = await _transport.SendAsync(call, cancellationToken);
        var type = response.Content.Headers.ContentType?.MediaType ?? "";
        if (!MediaTypes.Manifests.Contains(type, StringComparer.Ordinal))
        {
            throw new RegistryException(
                RegistryError.Invalid,
                $"{call}: the answer is {Quoted.Of(type)}, no image manifest; is this really a registry?"
            );
        }

        var bytes = await ReadAsync(response, BoundedBody.ManifestLimit, call, cancellationToken);
        if (reference.Digest is { } wanted && !wanted.Matches(bytes))
        {
            throw new RegistryException(RegistryError.Invalid, $"{call}: the content isn't what its digest says");
        }

        return new ManifestContent(type, reference.Digest ?? ImageDigest.Of(bytes), bytes);
    }

    /// <summary>
    /// Puts the manifest under the reference's tag or digest; putting the same one twice changes nothing.
    /// </summary>
    public async Task PutManifestAsync(
        ImageReference reference,
        ManifestContent manifest,
        CancellationToken cancellationToken
    )
    {
        var call = ManifestCall(HttpMethod.Put, reference) with
        {
            Accept = [],
            Content = _ =>
                Task.FromResult<HttpContent>(
                    new ByteArrayContent(manifest.Bytes)
                    {
                        Headers = { ContentType = new MediaTypeHeaderValue(manifest.MediaType) },
                    }
                ),
        };
        using var response = await _transport.SendAsync(call, cancellationToken);
    }

    public async Task DeleteManifestAsync(
        ImageRepository repository,
        ImageDigest digest,
        CancellationToken cancellationToken
    )
    {
        using var response = await _transport.SendAsync(
            ManifestCall(HttpMethod.Delete, new ImageReference(repository, null, digest)),
            cancellationToken
        );
    }

    /// <summary>Lists a repository's tags, at most <see cref="MostTags"/>; none when it doesn't exist.</summary>
    public async Task<TagList> ListTagsAsync(ImageRepository repository, CancellationToken cancellationToken)
    {
        var call = Call(HttpMethod.Get, repository, $"tags/list?n={MostTags}") with
        {
            Accepts = [HttpStatusCode.NotFound],
        };
        using var response = await _transport.SendAsync(call, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return new TagList([], true);
        }

        var bytes = await ReadAsync(response, BoundedBody.ManifestLimit, call, cancellationToken);
        try
        {
            using var json = JsonDocument.Parse(bytes);
            // null is what the CNCF registry answers when the last tag is gone.
            var named = json.RootElement.GetProperty("tags") is { ValueKind: JsonValueKind.Array } tags
                ? tags.EnumerateArray().Select(t => t.GetString()).ToList()
                : [];
            var read = named
                .Select(t => ImageTag.TryParse(t, out var tag, out _) ? tag : null)
                .OfType<ImageTag>()
                .ToList();
            return new TagList(
                read,
                read.Count == named.Count && named.Count < MostTags && !response.Headers.Contains("Link")
            );
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new RegistryException(RegistryError.Invalid, $"{call}: the answer is no list of tags", e);
        }
    }

    public async Task<bool> BlobExistsAsync(
        ImageRepository repository,
        ImageDigest digest,
        CancellationToken cancellationToken
    )
    {
        using var response = await _transport.SendAsync(
            Call(HttpMethod.Head, repository, $"blobs/{digest}") with
            {
                Accepts = [HttpStatusCode.NotFound],
            },
            cancellationToken
        );
        return response.IsSuccessStatusCode;
    }

    /// <summary>Returns a small blob, such as a config, checked against its digest.</summary>
    public async Task<byte[]> GetBlobAsync(
        ImageRepository repository,
        Descriptor blob,
        CancellationToken cancellationToken
    )
    {
        var call = Call(HttpMethod.Get, repository, $"blobs/{blob.Digest}");
        using var response = await _transport.SendAsync(call, cancellationToken);
        var bytes = await ReadAsync(response, BoundedBody.ManifestLimit, call, cancellationToken);
        return blob.Digest.Matches(bytes)
            ? bytes
            : throw new RegistryException(RegistryError.Invalid, $"{call}: the content isn't what its digest says");
    }

    /// <summary>Returns a large blob as a stream; closing the stream closes the connection.</summary>
    public async Task<Stream> OpenBlobAsync(
        ImageRepository repository,
        ImageDigest digest,
        CancellationToken cancellationToken
    )
    {
        var response = await _transport.SendAsync(
            Call(HttpMethod.Get, repository, $"blobs/{digest}"),
            cancellationToken
        );
        return await response.Content.ReadAsStreamAsync(cancellationToken);
    }

    private async Task<byte[]> ReadAsync(
        HttpResponseMessage response,
        int limit,
        RegistryCall call,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await BoundedBody
                .ReadAsync(response, limit, call.ToString(), cancellationToken)
                .WaitAsync(RegistryTransport.AnswerTimeout, time, cancellationToken);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or TimeoutException)
        {
            throw new RegistryException(RegistryError.Unavailable, $"{call}: the answer broke off: {e.Message}", e);
        }
    }

    private RegistryCall ManifestCall(HttpMethod method, ImageReference reference) =>
        Call(method, reference.Repository, $"manifests/{reference.Selector}") with
        {
            Accept = MediaTypes.Manifests,
        };

    private RegistryCall Call(HttpMethod method, ImageRepository repository, string below)
    {
        var location = _transport.Locate(repository);
        return new RegistryCall(method, repository, location, _transport.Url(location, below));
    }
}
