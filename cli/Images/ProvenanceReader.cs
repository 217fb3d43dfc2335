using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.References;
using KubectlGemma.Cluster;
using KubectlGemma.Facts;
using KubectlGemma.Output;

namespace KubectlGemma.Images;

/// <summary>Gathers what cluster and registry say of one image.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="ns">Where builds are looked for; null: everywhere.</param>
/// <param name="how">How registries are spoken to.</param>
/// <param name="time">The time.</param>
internal sealed class ProvenanceReader(GemmaCluster cluster, string? ns, RegistryChoice how, TimeProvider time)
{
    /// <exception cref="CliException">No build made it, or a tag can't be resolved.</exception>
    public async Task<ProvenanceFacts> ReadAsync(ImageOrName asked, CancellationToken cancellationToken)
    {
        var image = asked.Reference ?? await NamedAsync(asked.Name!, cancellationToken);
        if (image.Digest is null)
        {
            using var registry = await OpenAsync(image, isPlain: false, cancellationToken);
            image = await ResolvedAsync(registry, image, cancellationToken);
        }

        var builds = (
            await cluster.ListAsync<GemmaBuild>(ns, labels: null, fields: null, cancellationToken)
        ).Read<GemmaBuild>();
        return ProvenanceFacts.MakerOf(builds, image.Digest!.ToString()) is { } build
            ? await OfAsync(image, build, ProvenanceFacts.ListerOf(builds, build), cancellationToken)
            : throw new CliException(
                ExitCode.NotFound,
                $"no GemmaBuild {(ns is null ? "" : $"in namespace {ns} ")}made {image}; old builds leave the history"
                    + (ns is null ? "" : ", and -n or -A looks elsewhere")
            );
    }

    /// <exception cref="CliException">The registry has no such image, or can't be asked.</exception>
    public static async Task<ImageReference> ResolvedAsync(
        UserRegistry registry,
        ImageReference image,
        CancellationToken cancellationToken
    )
    {
        var answer = await registry.AskAsync(
            client => client.FindAsync(image, cancellationToken),
            $"there is no image {image}"
        );
        return answer.Value is { } digest
            ? image.WithDigest(digest)
            : throw new CliException(answer.IsAnswered ? ExitCode.NotFound : ExitCode.NoCluster, answer.Problem!);
    }

    private Task<UserRegistry> OpenAsync(ImageReference image, bool isPlain, CancellationToken cancellationToken) =>
        UserRegistry.OpenAsync(image.Repository.Host, how, isPlain, time, cancellationToken);

    /// <summary>Returns what serves, or the newest base image where nothing does; of a build, what it made.</summary>
    private async Task<ImageReference> NamedAsync(string name, CancellationToken cancellationToken)
    {
        var (image, build) = await new ObjectReader(cluster, time).EitherAsync(name, cancellationToken);
        var named = image is not null
            ? image.Status?.ServingImage ?? image.Status?.LatestImage
            : build!.Status?.Application ?? ProvenanceFacts.BaseOf(build);
        return ImageReference.TryParse(named?.Reference, out var reference, out _) && reference.Digest is not null
            ? reference
            : throw new CliException(ExitCode.NotFound, $"{name} has no image yet");
    }

    private async Task<ProvenanceFacts> OfAsync(
        ImageReference image,
        GemmaBuild build,
        GemmaBuild? listedBy,
        CancellationToken cancellationToken
    )
    {
        var template = build.Spec!.Template;
        // What a field says of its registry holds for no other, and an image may be elsewhere.
        using var registries = new UserRegistries(
            how,
            template.Output.Insecure && ImageRepository.TryParse(template.Output.Repository, out var output, out _)
                ? output.Host
                : null,
            time
        );
        var facts = new ProvenanceFacts
        {
            Image = image,
            Build = build,
            Owner = await OwnerOfAsync(build, cancellationToken),
            There = await ContentAsync(image),
            ListedBy = listedBy,
            Document =
                listedBy is not null && ContentsReader.DocumentOf(listedBy) is ({ } of, { } digest)
                    ? await (await registries.ForAsync(of, cancellationToken)).DocumentAsync(
                        of,
                        digest,
                        cancellationToken
                    )
                    : null,
        };
        if (!ImageReference.TryParse(ProvenanceFacts.BaseOf(build)?.Reference, out var below, out _))
        {
            return facts;
        }

        var tags = new List<(ImageTag, Answer<ImageDigest>?)>();
        foreach (var alias in template.Output.AliasTags)
        {
            if (ImageTag.TryParse(alias, out var tag, out _))
            {
                var at = new ImageReference(below.Repository, tag, null);
                tags.Add((tag, ProvenanceFacts.Keeps(facts.Owner, build, alias) ? await FindAsync(at) : null));
            }
        }

        return facts with
        {
            Base = facts.IsApplication ? await ContentAsync(below) : null,
            Tags = tags,
        };

        async Task<Answer<ImageDigest>> FindAsync(ImageReference at) =>
            await (await registries.ForAsync(at, cancellationToken)).AskAsync(
                client => client.FindAsync(at, cancellationToken),
                $"there is no {at}"
            );

        async Task<Answer<ImageContent>> ContentAsync(ImageReference of) =>
            await (await registries.ForAsync(of, cancellationToken)).AskAsync<ImageContent>(
                async client => await ImageReader.ReadAsync(client, of, template.Platform.Text, cancellationToken),
                $"the registry has no {of} any more"
            );
    }

    private async Task<GemmaBaseImage?> OwnerOfAsync(GemmaBuild build, CancellationToken cancellationToken)
    {
        var named = await cluster.ListAsync<GemmaBaseImage>(
            build.Metadata.NamespaceProperty,
            labels: null,
            $"metadata.name={build.Spec!.ImageRef.Name}",
            cancellationToken
        );
        return named.Read<GemmaBaseImage>() is [var owner] ? owner : null;
    }
}
