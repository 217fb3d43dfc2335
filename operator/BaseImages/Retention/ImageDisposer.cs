using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Contents;
using GemmaOperator.Builds.Steps.Contents;
using GemmaOperator.Cluster;
using GemmaOperator.Owners;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.References;
using GemmaOperator.Registry.Referrers;
using GemmaOperator.Runtime.Contracts;

namespace GemmaOperator.BaseImages.Retention;

/// <summary>
/// Deletes images of a build that leaves the history (<c>retention.images.policy: Delete</c>). What any object names,
/// or any tag but the build's own points at, stays: a wrong "unused" would take an image from under somebody's feet.
/// </summary>
internal sealed class ImageDisposer(
    RegistryClientFactory door,
    IIndexer<GemmaBuild> builds,
    IIndexer<GemmaBaseImage> images
)
{
    private const string Deleted = "ImageDeleted";

    /// <summary>
    /// Returns false when the registry couldn't be asked and the build must wait; notes say what was
    /// deleted, kept or refused.
    /// </summary>
    public Task<(bool IsDone, IReadOnlyList<EventText> Notes)> DisposeAsync(
        GemmaBuild old,
        CancellationToken cancellationToken
    ) => DisposeAsync(old, ImageDisposalPolicy.Decide(old, builds.List(), images.List()), cancellationToken);

    /// <summary>Deletes, of a build that stays, the image that it gave up.</summary>
    public Task<(bool IsDone, IReadOnlyList<EventText> Notes)> DiscardAsync(
        GemmaBuild build,
        CancellationToken cancellationToken
    ) => DisposeAsync(build, ImageDisposalPolicy.Discarded(build, builds.List(), images.List()), cancellationToken);

    private async Task<(bool IsDone, IReadOnlyList<EventText> Notes)> DisposeAsync(
        GemmaBuild old,
        IReadOnlyList<ImageStatus> unused,
        CancellationToken cancellationToken
    )
    {
        var notes = new List<EventText>();
        var kept = new HashSet<string>(StringComparer.Ordinal);
        using var turn = await door.Turns.TakeAsync(ImageRepository.Parse(old.Spec!.Template.Output.Repository).Host);
        if (turn is null)
        {
            return (false, notes);
        }

        try
        {
            var client = await door.ForBuildAsync(old, cancellationToken);
            foreach (var image in unused)
            {
                // What an index names goes with it, and stays with it.
                if (ImageDisposalPolicy.IndexOf(old, image) is { } index && kept.Contains(index.Digest))
                {
                    continue;
                }

                var note =
                    ImageReference.TryParse(image.Reference, out var named, out _)
                    && RepositoryClaims.IsOfAnother(old, named.Repository, images.List())
                        ? Note(
                            false,
                            "ImageKept",
                            $"{image.Reference} stays in the registry: another object has the repository"
                        )
                        : await DisposeAsync(client, image, DocumentOf(old, image), cancellationToken);
                notes.Add(note);
                if (note.Reason != Deleted)
                {
                    kept.Add(image.Digest);
                }
            }

            turn.Answered();
            return (true, notes);
        }
        catch (RegistryException e) when (e.IsTransient)
        {
            turn.Heard(e);
            return (false, notes);
        }
        catch (RegistryException e)
        {
            return (
                true,
                [
                    .. notes,
                    Note(
                        true,
                        "ImageDeletionRefused",
                        $"Images of build {old.BuildName} stay in the registry: {e.Message}"
                    ),
                ]
            );
        }
    }

    /// <summary>Returns the digest of the document that a build stored beside its base image.</summary>
    private static ImageDigest? DocumentOf(GemmaBuild build, ImageStatus image)
    {
        var own = build.Status?.Platforms?.FirstOrDefault(p => p.Candidate?.Digest == image.Digest)?.Contents;
        var contents = own ?? (image.Digest == build.Status?.Candidate?.Digest ? build.Status.Contents : null);
        return ImageDigest.TryParse(contents?.Sbom?.Digest, out var digest, out _) ? digest : null;
    }

    private static async Task<EventText> DisposeAsync(
        RegistryClient client,
        ImageStatus image,
        ImageDigest? document,
        CancellationToken cancellationToken
    )
    {
        if (
            !ImageReference.TryParse(image.Reference, out var reference, out _)
            || !ImageDigest.TryParse(image.Digest, out var digest, out _)
        )
        {
            // Edited by hand: nobody can say which image it was.
            return Note(
                false,
                "ImageKept",
                $"An image of build {image.Build} stays in the registry: the build's status doesn't name it rightly"
            );
        }

        if (await ForeignTagAsync(client, reference.Repository, digest, image.Tag, cancellationToken) is { } why)
        {
            return Note(false, "ImageKept", $"{image.Reference} stays in the registry: {why}");
        }

        EventText note;
        try
        {
            await client.DeleteManifestAsync(reference.Repository, digest, cancellationToken);
            note = Note(false, Deleted, $"{image.Reference} of build {image.Build} is deleted (retention.images)");
        }
        catch (RegistryException e) when (e.Error == RegistryError.NotFound)
        {
            note = Note(false, Deleted, $"{image.Reference} of build {image.Build} was gone already");
        }
        catch (RegistryException e) when (!e.IsTransient)
        {
            return Note(true, "ImageDeletionRefused", $"{image.Reference} stays in the registry: {e.Message}");
        }

        try
        {
            await new ReferrerStore(client).DetachAsync(
                new ImageReference(reference.Repository, null, digest),
                document,
                CycloneDx.MediaType,
                SbomClient.Annotation,
                cancellationToken
            );
            return note;
        }
        catch (RegistryException e) when (!e.IsTransient)
        {
            return Note(
                true,
                "ImageDeletionRefused",
                $"{image.Reference} is gone; its list of packages stays in the registry: {e.Message}"
            );
        }
    }

    /// <summary>Returns why somebody may still find the image by a tag; null when nobody can.</summary>
    private static async Task<string?> ForeignTagAsync(
        RegistryClient client,
        ImageRepository repository,
        ImageDigest digest,
        string? own,
        CancellationToken cancellationToken
    )
    {
        var list = await client.ListTagsAsync(repository, cancellationToken);
        if (!list.IsComplete)
        {
            return "the repository has more tags than can be looked at";
        }

        foreach (var tag in list.Tags.Where(t => t.ToString() != own))
        {
            if (await ResolveAsync(client, new ImageReference(repository, tag, null), cancellationToken) == digest)
            {
                return $"the tag {tag} points at it";
            }
        }

        return null;
    }

    /// <summary>Returns null for a tag that went away in the meantime.</summary>
    private static async Task<ImageDigest?> ResolveAsync(
        RegistryClient client,
        ImageReference reference,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return (await client.ResolveAsync(reference, cancellationToken)).Digest;
        }
        catch (RegistryException e) when (e.Error == RegistryError.NotFound)
        {
            return null;
        }
    }

    private static EventText Note(bool isWarning, string reason, string text) => new(isWarning, reason, "Retain", text);
}
