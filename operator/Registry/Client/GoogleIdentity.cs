using GemmaOperator.Egress;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Answers;

namespace GemmaOperator.Registry.Client;

/// <summary>
/// Gets the access token of the workload's own Google service account, from the metadata server, as a registry's
/// credential (user <c>oauth2accesstoken</c>, Artifact Registry's documentation). It is kept until shortly before it
/// expires.
/// </summary>
internal sealed class GoogleIdentity(HttpClient http, Uri metadataServer, TimeProvider time) : IDisposable
{
    private const string TokenPath = "/computeMetadata/v1/instance/service-accounts/default/token";

    /// <summary>Tokens live for an hour; one that ends within this time is replaced.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _one = new(1, 1);
    private (RegistryCredential Credential, DateTimeOffset Until)? _kept;

    /// <summary>The metadata server: GCE_METADATA_HOST where it is set, as Google's own libraries read it.</summary>
    public static Uri DefaultServer =>
        new($"http://{Environment.GetEnvironmentVariable("GCE_METADATA_HOST") ?? "metadata.google.internal"}");

    /// <exception cref="RegistryException">There is no metadata server, or it gives no token.</exception>
    public async Task<RegistryCredential> CredentialAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_kept is { } known && known.Until - Margin > time.GetUtcNow())
            {
                return known.Credential;
            }

            var (credential, lifetime) = await AskAsync(cancellationToken);
            _kept = (credential, time.GetUtcNow() + lifetime);
            return credential;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<(RegistryCredential Credential, TimeSpan Lifetime)> AskAsync(CancellationToken cancellationToken)
    {
        var what = $"Google access token from {metadataServer.Host}";
        using var timeout = new CancellationTokenSource(RegistryTransport.AnswerTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(metadataServer, TokenPath));
        request.For(EgressPurpose.Metadata);
        request.Headers.Add("Metadata-Flavor", "Google");
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw RegistryFailure.Of(
                    response,
                    what,
                    await BoundedBody.TextAsync(response, time, either.Token),
                    time.GetUtcNow()
                );
            }

            var json = RegistryJson.Object(
                await BoundedBody.ReadAsync(response, BoundedBody.TokenLimit, what, either.Token),
                what
            );
            return RegistryJson.Text(json["access_token"]) is { Length: > 0 } token
                ? (
                    new RegistryCredential("oauth2accesstoken", token),
                    TimeSpan.FromSeconds(RegistryJson.Number(json["expires_in"]))
                )
                : throw new RegistryException(RegistryError.Invalid, $"{what}: the answer holds no access_token");
        }
        catch (Exception e)
            when (e is HttpRequestException or IOException
                || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            throw new RegistryException(
                RegistryError.Unavailable,
                $"{what}: no answer; does the operator run on Google Cloud with a service account (Workload Identity)?",
                e
            );
        }
    }
}
