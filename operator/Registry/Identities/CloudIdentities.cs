using GemmaOperator.Api.Validation;
using GemmaOperator.Registry.Access;

namespace GemmaOperator.Registry.Identities;

/// <summary>Gets credentials of the operator's own identity from the cloud whose registry is asked.</summary>
internal sealed class CloudIdentities(GoogleIdentity google, AmazonIdentity amazon, AzureIdentity azure) : IDisposable
{
    /// <summary>Returns those of the place where this process runs.</summary>
    public static CloudIdentities Here(HttpClient http, TimeProvider time) =>
        new(
            new GoogleIdentity(http, GoogleIdentity.DefaultServer, time),
            new AmazonIdentity(http, time),
            new AzureIdentity(http, time)
        );

    /// <exception cref="Answers.RegistryException">There is no identity here, or it gets no token.</exception>
    public Task<RegistryCredential> CredentialAsync(CloudRegistry registry, CancellationToken cancellationToken) =>
        registry switch
        {
            CloudRegistry.Google => google.CredentialAsync(cancellationToken),
            CloudRegistry.Amazon it => amazon.CredentialAsync(it, cancellationToken),
            CloudRegistry.Azure it => azure.CredentialAsync(it, cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(registry)),
        };

    public void Dispose()
    {
        google.Dispose();
        amazon.Dispose();
        azure.Dispose();
    }
}
