using System.Net;
using System.Net.Http.Headers;
using GemmaOperator.Egress;
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
        using var response = await HeadAsync(reference, cancellationToken);
        if (response is null)
        {
            var read = await GetManifestAsync(reference, cancellationToken);
            return new PolledManifest(new Descriptor(read.MediaType, read.Digest, read.Bytes.Length), null);
        }

        var pause = RateLimitHeaders.Pause(response.Headers, time.GetUtcNow());
        var type = response.Content.Headers.ContentType?.MediaType ?? "";
        if (
            response.Headers.TryGetValues("Docker-Content-Digest", out var values)
            && ImageDigest.TryParse(values.First(), out var digest, out _)
            && MediaTypes.Manifests.Contains(type, StringComparer.OrdinalIgnoreCase)
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
        var said = response.Content.Headers.ContentType?.MediaType ?? "";
        var bytes = await ReadAsync(response, BoundedBody.ManifestLimit, call, cancellationToken);
        var type =
            MediaTypes.Manifests.FirstOrDefault(m => m.Equals(said, StringComparison.OrdinalIgnoreCase))
            ?? ManifestType.Of(bytes)
            ?? throw new RegistryException(
                RegistryError.Invalid,
                $"{call}: the answer is {Quoted.Of(said)}, no image manifest; is this really a registry?"
            );
        if (reference.Digest is { } wanted && !wanted.Matches(bytes))
        {
            throw OtherContent(call);
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
        using var response = await _transport.SendAsync(PutCall(reference, manifest), cancellationToken);
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

    public async Task<bool> BlobExistsAsync(
        ImageRepository repository,
        ImageDigest digest,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using var response = await _transport.SendAsync(
                Call(HttpMethod.Head, repository, $"blobs/{digest}") with
                {
                    IsOfContent = true,
                    Accepts = [HttpStatusCode.NotFound],
                },
                cancellationToken
            );
            return response.IsSuccessStatusCode;
        }
        catch (RegistryException e) when (SaysNothing(e))
        {
            // What follows, a mount or an upload, tells more than HEAD can.
            return false;
        }
    }

    /// <summary>Returns a small blob, a config, checked against its digest.</summary>
    /// <param name="repository">Where it is.</param>
    /// <param name="blob">Digest and size in bytes.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <param name="limit">Bytes that are read at most.</param>
    public async Task<byte[]> GetBlobAsync(
        ImageRepository repository,
        Descriptor blob,
        CancellationToken cancellationToken,
        int limit = BoundedBody.ConfigLimit
    )
    {
        var call = ContentCall(repository, blob);
        if (blob.Size > limit)
        {
            throw new RegistryException(
                RegistryError.Invalid,
                $"{call}: {blob.Size} bytes are more than the {limit} that are read of it"
            );
        }

        using var response = await _transport.SendAsync(call, cancellationToken);
        var bytes = await ReadAsync(response, limit, call, cancellationToken);
        return blob.Digest.Matches(bytes) ? bytes : throw OtherContent(call);
    }

    /// <summary>
    /// Returns a large blob as a stream; closing the stream closes the connection. What comes from a private network
    /// elsewhere is read once to prove that it is the blob, and then again: no byte is returned that wasn't proved.
    /// </summary>
    public async Task<Stream> OpenBlobAsync(
        ImageRepository repository,
        Descriptor blob,
        CancellationToken cancellationToken
    )
    {
        var (content, needsProof) = await OpenAsync(repository, blob, cancellationToken);
        if (!needsProof)
        {
            return content;
        }

        var call = ContentCall(repository, blob);
        BlobProof proof;
        await using (content)
        {
            proof = await BlobProof.OfAsync(content, blob, call.ToString(), cancellationToken);
        }

        return new ProvedStream((await OpenAsync(repository, blob, cancellationToken)).Content, proof);
    }

    private async Task<(Stream Content, bool NeedsProof)> OpenAsync(
        ImageRepository repository,
        Descriptor blob,
        CancellationToken cancellationToken
    )
    {
        var response = await _transport.SendAsync(ContentCall(repository, blob), cancellationToken);
        var content = new PatientStream(
            await response.Content.ReadAsStreamAsync(cancellationToken),
            RegistryTransport.AnswerTimeout,
            time
        );
        return (content, EgressOptions.PurposeOf(response.RequestMessage) == EgressPurpose.PrivateStore);
    }

    /// <summary>Asks by HEAD; null where that is refused, which says nothing of what GET would answer.</summary>
    private async Task<HttpResponseMessage?> HeadAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        try
        {
            return await _transport.SendAsync(
                ManifestCall(HttpMethod.Head, reference) with
                {
                    MayRepeat = false,
                },
                cancellationToken
            );
        }
        catch (RegistryException e) when (SaysNothing(e) || e is { Status: null, IsTransient: true, IsSilence: false })
        {
            return null;
        }
    }

    /// <summary>A registry that asks for a pause means all requests; any other refusal may be of HEAD alone.</summary>
    private static bool SaysNothing(RegistryException e) =>
        e is { Status: not null and not HttpStatusCode.TooManyRequests, RetryAfter: null };

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
            throw new RegistryException(
                RegistryError.Unavailable,
                $"{call}: the answer broke off: {RegistryWords.Said(e.Message)}",
                e
            );
        }
    }

    private static RegistryException OtherContent(RegistryCall call) =>
        new(RegistryError.Invalid, $"{call}: the content isn't what its digest says") { IsOtherContent = true };

    private RegistryCall PutCall(ImageReference reference, ManifestContent manifest) =>
        ManifestCall(HttpMethod.Put, reference) with
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

    private RegistryCall ContentCall(ImageRepository repository, Descriptor blob) =>
        Call(HttpMethod.Get, repository, $"blobs/{blob.Digest}") with
        {
            IsOfContent = true,
        };

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
