using GemmaOperator.Egress;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Answers;

namespace GemmaOperator.Registry.Identities;

/// <summary>
/// Gets the access token of the workload's own Google service account, from the metadata server, as a registry's
/// credential (user <c>oauth2accesstoken</c>, Artifact Registry's documentation).
/// </summary>
internal sealed class GoogleIdentity(HttpClient http, Uri metadataServer, TimeProvider time) : IDisposable
{
    private const string TokenPath = "/computeMetadata/v1/instance/service-accounts/default/token";

    /// <summary>Bounds what is believed of a token's life, in seconds: they live for an hour.</summary>
    private const long Longest = 24 * 60 * 60;

    private readonly KeptTokens _kept = new(time);

    /// <summary>The metadata server: GCE_METADATA_HOST where it is set, as Google's own libraries read it.</summary>
    public static Uri DefaultServer =>
        new($"http://{Environment.GetEnvironmentVariable("GCE_METADATA_HOST") ?? "metadata.google.internal"}");

    /// <exception cref="RegistryException">There is no metadata server, or it gives no token.</exception>
    public Task<RegistryCredential> CredentialAsync(CancellationToken cancellationToken) =>
        _kept.GetAsync("", AskAsync, cancellationToken);

    public void Dispose() => _kept.Dispose();

    private async Task<CloudToken> AskAsync(CancellationToken cancellationToken)
    {
        var question = new TokenQuestion(
            $"Google access token from {metadataServer.Host}",
            "does the operator run on Google Cloud with a service account (Workload Identity)?"
        );
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(metadataServer, TokenPath));
        request.For(EgressPurpose.Metadata);
        request.Headers.Add("Metadata-Flavor", "Google");
        var json = await question.AskAsync(http, request, time, cancellationToken);
        return RegistryJson.Text(json["access_token"]) is { Length: > 0 } token
            ? new CloudToken(
                new RegistryCredential("oauth2accesstoken", token),
                time.GetUtcNow() + TimeSpan.FromSeconds(Math.Clamp(RegistryJson.Number(json["expires_in"]), 0, Longest))
            )
            : throw new RegistryException(RegistryError.Invalid, $"{question.What}: the answer holds no access_token");
    }
}
