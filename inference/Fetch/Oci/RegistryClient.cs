using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using GemmaInference.Fetch.Download;
using GemmaInference.Fetch.Failures;
using GemmaInference.Fetch.Transport;

namespace GemmaInference.Fetch.Oci;

/// <summary>Speaks the distribution API (version 2) as far as pulling one image by digest needs it.</summary>
/// <param name="login">Null for nobody.</param>
internal sealed class RegistryClient(
    OciReference image,
    bool insecure,
    RegistryLogin? login,
    SafeHttp http,
    Retrying retrying,
    TimeProvider time
) : IFileSource, IDisposable
{
    private const int MaxTokenBytes = 256 << 10;

    private static readonly string[] ManifestTypes =
    [
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
    ];

    private readonly Uri _root = new(
        $"{(insecure || image.IsLoopback ? "http" : "https")}://{image.ApiHost}/v2/{image.ApiRepository}/"
    );

    private readonly SemaphoreSlim _asking = new(1);
    private volatile Credential? _credential;

    public void Dispose() => _asking.Dispose();

    /// <summary>Fetches the manifest of the image, of an index the one for this machine.</summary>
    public async Task<OciManifest> ManifestAsync(CancellationToken cancellation)
    {
        var digest = image.Digest;
        // An index names images; one that names an index once more isn't followed further.
        for (var depth = 0; depth < 3; depth++)
        {
            var manifest = OciManifest.Parse(await ReadAsync(digest, cancellation), image.ToString());
            if (manifest.Chosen is not { } next)
            {
                return manifest;
            }

            digest = next;
        }

        throw new FetchException(FetchReason.UnsupportedModel, $"{image} is an index of indexes");
    }

    /// <inheritdoc/>
    public async Task<HttpResponseMessage> OpenAsync(
        RemoteFile file,
        long start,
        long? end,
        CancellationToken cancellation
    )
    {
        var answer = await SendAsync(
            $"blobs/{file.Key}",
            request => request.Headers.Range = end is { } last ? new RangeHeaderValue(start, last - 1) : null,
            cancellation
        );
        if (answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent)
        {
            return answer;
        }

        using (answer)
        {
            throw Judge(answer, $"layer {file.Key[..19]}");
        }
    }

    private Task<byte[]> ReadAsync(string digest, CancellationToken cancellation) =>
        retrying.RunAsync(
            async stop =>
            {
                using var answer = await SendAsync(
                    $"manifests/{digest}",
                    request =>
                    {
                        foreach (var type in ManifestTypes)
                        {
                            request.Headers.Accept.ParseAdd(type);
                        }
                    },
                    stop
                );
                if (!answer.IsSuccessStatusCode)
                {
                    throw Judge(answer, "manifest");
                }

                var bytes = await http.ReadAsync(answer, OciManifest.MaxBytes, stop);
                return $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}" == digest
                    ? bytes
                    : throw new FetchException(
                        FetchReason.HashMismatch,
                        $"{image.Host} answered with another manifest than {digest}"
                    );
            },
            progress: null,
            cancellation
        );

    private async Task<HttpResponseMessage> SendAsync(
        string path,
        Action<HttpRequestMessage> prepare,
        CancellationToken cancellation
    )
    {
        var credential = _credential;
        var answer = await OnceAsync(credential);
        if (
            answer.StatusCode != HttpStatusCode.Unauthorized
            || Origin.Of(answer.RequestMessage!.RequestUri!) != Origin.Of(_root)
        )
        {
            return answer;
        }

        using (answer)
        {
            await AuthenticateAsync(answer, credential, cancellation);
        }

        return await OnceAsync(_credential);

        Task<HttpResponseMessage> OnceAsync(Credential? shown) =>
            http.SendAsync(
                address =>
                {
                    var request = new HttpRequestMessage(HttpMethod.Get, address);
                    request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
                    request.Headers.TryAddWithoutValidation("User-Agent", "gemma-inference");
                    prepare(request);
                    return request;
                },
                new Uri(_root, path),
                shown,
                cancellation
            );
    }

    /// <param name="refused">The answer that asks for it.</param>
    /// <param name="shown">What it was asked with; another request may have got a new one since.</param>
    /// <param name="cancellation">Cancels.</param>
    private async Task AuthenticateAsync(HttpResponseMessage refused, Credential? shown, CancellationToken cancellation)
    {
        await _asking.WaitAsync(cancellation);
        try
        {
            if (_credential != shown)
            {
                return;
            }

            var origin = Origin.Of(_root);
            _credential = AuthChallenge.Of(refused.Headers.WwwAuthenticate) switch
            {
                { IsBearer: true } bearer => new Credential(
                    origin,
                    new AuthenticationHeaderValue("Bearer", await TokenAsync(bearer, cancellation))
                ),
                { IsBearer: false } when login is not null => new Credential(
                    origin,
                    new AuthenticationHeaderValue("Basic", login.Basic)
                ),
                _ => throw Judge(refused, "image"),
            };
        }
        finally
        {
            _asking.Release();
        }
    }

    private async Task<string> TokenAsync(AuthChallenge challenge, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(challenge.Realm, UriKind.Absolute, out var realm))
        {
            throw new FetchException(FetchReason.Refused, $"{image.Host} sends for a token to no address");
        }

        // The registry's word is taken for who gives its tokens, but not over http where it isn't spoken itself.
        if (realm.Scheme != "https" && _root.Scheme == "https")
        {
            throw new FetchException(
                FetchReason.Refused,
                $"{image.Host} sends for a token to {realm.Authority} by http"
            );
        }

        var scope = Uri.EscapeDataString($"repository:{image.ApiRepository}:pull");
        var address = new Uri(
            $"{realm.GetLeftPart(UriPartial.Path)}?service={Uri.EscapeDataString(challenge.Service)}&scope={scope}"
        );
        var credential = login is null
            ? null
            : new Credential(Origin.Of(realm), new AuthenticationHeaderValue("Basic", login.Basic));
        using var answer = await http.SendAsync(
            target => new HttpRequestMessage(HttpMethod.Get, target),
            address,
            credential,
            cancellation
        );
        if (!answer.IsSuccessStatusCode)
        {
            throw Judge(answer, "token");
        }

        try
        {
            using var document = JsonDocument.Parse(await http.ReadAsync(answer, MaxTokenBytes, cancellation));
            var root = document.RootElement;
            var token =
                root.TryGetProperty("token", out var named) || root.TryGetProperty("access_token", out named)
                    ? named.GetString()
                    : null;
            return token is { Length: > 0 } && token.All(letter => letter is > ' ' and < '\x7f')
                ? token
                : throw new FetchException(FetchReason.Unauthorized, $"{realm.Authority} gave no token");
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException)
        {
            throw new FetchException(FetchReason.Unauthorized, $"{realm.Authority} gave no token", cause);
        }
    }

    private FetchException Judge(HttpResponseMessage answer, string what)
    {
        var status = (int)answer.StatusCode;
        var name = $"{image.Host}/{image.Repository}";
        return status switch
        {
            401 or 403 => new FetchException(
                FetchReason.Unauthorized,
                login is null
                    ? $"{name} needs a login ({status}); give one with --registry-auth-file (pullSecretRef)"
                    : $"{name} doesn't take the login of user '{login.User}' ({status})"
            ),
            404 => new FetchException(FetchReason.NotFound, $"{name} has no {what} {image.Digest}"),
            _ => new FetchException(FetchReason.Unavailable, $"{SafeHttp.Host(answer)} answered {status}")
            {
                Retry = status is 408 or 425 or 429 or >= 500,
                RetryAfter = WaitHeaders.Read(answer.Headers, time.GetUtcNow()),
            },
        };
    }
}
