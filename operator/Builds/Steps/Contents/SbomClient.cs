using System.Net;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Builds.Contents;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.References;
using GemmaOperator.Registry.Referrers;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Steps.Contents;

/// <summary>Stores lists of packages beside their images, and reads them back.</summary>
internal sealed class SbomClient(RegistryClient client)
{
    /// <summary>Is the annotation by which a document of ours is known among what others attached.</summary>
    public const string Annotation = BuildLabels.Image;

    private const int MostOfMessage = 500;

    private readonly ReferrerStore _store = new(client);

    /// <summary>
    /// Stores a list. A registry that doesn't take it holds nothing up; one that is away is waited for.
    /// </summary>
    /// <exception cref="RegistryException">The registry doesn't answer.</exception>
    public async Task<SbomStatus> StoreAsync(
        ImageReference image,
        PackageList list,
        string owner,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var digest = await _store.AttachAsync(
                image,
                CycloneDx.MediaType,
                CycloneDx.Render(list, image),
                [new(Annotation, owner)],
                cancellationToken
            );
            return new SbomStatus
            {
                State = SbomState.Stored,
                Digest = digest.ToString(),
                Sources = list.HasSources ? true : null,
            };
        }
        catch (RegistryException e) when (!IsAway(e))
        {
            return new SbomStatus { State = SbomState.Refused, Message = Truncation.Shorten(e.Message, MostOfMessage) };
        }
    }

    /// <summary>
    /// Reads the list of what a build published. It is believed only where it is what the status of that build says:
    /// by its digest, and by the fingerprint of the packages in it.
    /// </summary>
    /// <exception cref="RegistryException">The registry doesn't answer.</exception>
    public async Task<(PackageList? List, ContentsComparison Why)> ReadAsync(
        GemmaBuildStatus published,
        CancellationToken cancellationToken
    )
    {
        if (
            published.Contents is not { Sbom: { Digest: { } said } } contents
            || !ImageDigest.TryParse(said, out var digest, out _)
            || !ImageReference.TryParse(published.Promoted?.Reference, out var image, out _)
        )
        {
            return (null, ContentsComparison.UnknownBefore);
        }

        try
        {
            var document = await _store.ReadAsync(
                image,
                digest,
                CycloneDx.MediaType,
                CycloneDx.MostBytes,
                cancellationToken
            );
            return document is null ? (null, ContentsComparison.DocumentReplaced)
                : CycloneDxReader.Read(document) is not { } list ? (null, ContentsComparison.DocumentUnreadable)
                : list.Fingerprint != contents.Fingerprint ? (null, ContentsComparison.DocumentReplaced)
                : (list, ContentsComparison.Compared);
        }
        catch (RegistryException e) when (!IsAway(e))
        {
            return (
                null,
                e switch
                {
                    { Error: RegistryError.NotFound } => ContentsComparison.DocumentGone,
                    { IsOtherContent: true } => ContentsComparison.DocumentReplaced,
                    _ => ContentsComparison.DocumentUnreadable,
                }
            );
        }
    }

    /// <summary>
    /// Tells whether nothing was heard of the registry. One that answers this with an error of its own, as some do to
    /// what they don't know, has the candidate all the same.
    /// </summary>
    private static bool IsAway(RegistryException e) =>
        e is { IsTransient: true, Status: null or HttpStatusCode.TooManyRequests };
}
