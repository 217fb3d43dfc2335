using System.Net;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Client;

/// <content>What asks for, and writes, manifests that are attached to others.</content>
internal sealed partial class RegistryClient
{
    /// <summary>
    /// Is what registries without the referrers API answer (OCI distribution spec: 404; others exist).
    /// </summary>
    private static readonly IReadOnlyList<HttpStatusCode> NoReferrersApi =
    [
        HttpStatusCode.NotFound,
        HttpStatusCode.MethodNotAllowed,
        HttpStatusCode.BadRequest,
        HttpStatusCode.NotImplemented,
    ];

    /// <summary>
    /// Puts a manifest that has a subject, by its digest; returns whether the registry says that it knows what to do
    /// with the subject. Where it doesn't, the tag that stands in for the API is the client's to write.
    /// </summary>
    public async Task<bool> PutReferrerAsync(
        ImageRepository repository,
        ManifestContent manifest,
        CancellationToken cancellationToken
    )
    {
        var reference = new ImageReference(repository, null, manifest.Digest);
        using var response = await _transport.SendAsync(PutCall(reference, manifest), cancellationToken);
        return response.Headers.Contains("OCI-Subject");
    }

    /// <summary>
    /// Lists what is attached to an image, as far as one answer goes; null where the registry doesn't have the API.
    /// </summary>
    public async Task<ReferrersIndex?> ListReferrersAsync(
        ImageRepository repository,
        ImageDigest subject,
        CancellationToken cancellationToken
    )
    {
        var call = Call(HttpMethod.Get, repository, $"referrers/{subject}") with
        {
            Accept = [MediaTypes.OciIndex],
            Accepts = NoReferrersApi,
        };
        try
        {
            using var response = await _transport.SendAsync(call, cancellationToken);
            return response.IsSuccessStatusCode
                ? ReferrersIndex.Parse(
                    await ReadAsync(response, BoundedBody.ManifestLimit, call, cancellationToken),
                    call.ToString()
                )
                : null;
        }
        catch (RegistryException e) when (e.Error == RegistryError.Invalid)
        {
            // A page for people, or another path's answer: this registry doesn't know the question.
            return null;
        }
    }
}
