using System.Globalization;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Steps.Assemble;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Builds.Steps.Contents;

/// <summary>
/// Asks the registry whether what is published still stands as it was published, and whether making it again would give
/// the same: only then may a build end without having moved anything.
/// </summary>
internal sealed class PublishedImageReader(RegistryClient client, BlobCopies copies)
{
    /// <exception cref="RegistryException">A registry doesn't answer; what it refuses is doubt, and no
    /// error.</exception>
    public async Task<bool> StandsAsync(BuildSnapshot s, PublishedBuild published, CancellationToken cancellationToken)
    {
        try
        {
            var image = ImageReference.Parse(published.Status.Promoted!.Reference);
            var tagged = published.Index is { } index ? ImageReference.Parse(index.Reference) : image;
            return await client.FindAsync(image, cancellationToken) is not null
                && await client.FindAsync(tagged, cancellationToken) is not null
                && await AreAliasesThereAsync(s, tagged, cancellationToken)
                && await IsReproducedAsync(s, image, cancellationToken)
                && await IsApplicationSameAsync(s, published, tagged, cancellationToken);
        }
        catch (RegistryException e) when (!e.IsTransient)
        {
            return false;
        }
    }

    /// <summary>A tag that somebody moved or took away goes back with the next image.</summary>
    private async Task<bool> AreAliasesThereAsync(
        BuildSnapshot s,
        ImageReference image,
        CancellationToken cancellationToken
    )
    {
        foreach (var alias in s.Spec.Template.Output.AliasTags.Select(ImageTag.Parse))
        {
            var tag = new ImageReference(image.Repository, alias, null);
            if (await client.FindAsync(tag, cancellationToken) != image.Digest)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// A team's own Dockerfile may bring files that stand in no list of packages: only equal layers are equal then.
    /// </summary>
    private async Task<bool> IsReproducedAsync(
        BuildSnapshot s,
        ImageReference image,
        CancellationToken cancellationToken
    )
    {
        if (!s.Spec.Resolved.Fields.ContainsKey(DockerfileText.Field))
        {
            return true;
        }

        var platform = s.Spec.Template.Platform.Text;
        var then = await ImageReader.ReadAsync(client, image, platform, cancellationToken);
        var now = await ImageReader.ReadAsync(client, s.Candidate!.Reference, platform, cancellationToken);
        return then.DiffIds.SequenceEqual(now.DiffIds);
    }

    /// <summary>Composes the application anew, of the published base and the server image of now.</summary>
    private async Task<bool> IsApplicationSameAsync(
        BuildSnapshot s,
        PublishedBuild published,
        ImageReference image,
        CancellationToken cancellationToken
    )
    {
        if (
            s.Spec.Template.Application is not { } application
            || published.Status.Application is not { } made
            // Where nothing is put onto the base, the base is all there is.
            || ApplicationTarget.Of(application) is not { } target
        )
        {
            return true;
        }

        var platform = s.Spec.Template.Platform.Text;
        var there = await ImageReader.ReadAsync(
            client,
            ImageReference.Parse(made.Reference),
            platform,
            cancellationToken
        );
        if (
            !DateTime.TryParse(
                RegistryJson.Text(there.Config["created"]),
                CultureInfo.InvariantCulture,
                DateTimeStyles.AdjustToUniversal,
                out var created
            )
        )
        {
            return false;
        }

        var composed = await new ImageAssembler(client, copies, s.Build.Metadata.NamespaceProperty).ComposeAsync(
            new AssemblyParts(image, target.ServerImage, target.Repository, CandidateTag.Of(s.Spec), platform),
            AssembleExecutor.SettingsOf(s, target, created),
            cancellationToken
        );
        return composed.Manifest.Digest == there.Content.Digest;
    }
}
