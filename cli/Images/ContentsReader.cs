using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Contents;
using GemmaOperator.Registry.References;
using KubectlGemma.Output;

namespace KubectlGemma.Images;

/// <summary>Reads what builds' images hold: in short of the API, the whole of the registry.</summary>
internal sealed class ContentsReader(RegistryChoice how, TimeProvider time)
{
    /// <summary>Returns the whole list, as far as it can be had.</summary>
    /// <exception cref="CliException">Nothing is known of what it holds.</exception>
    public async Task<KnownContents> ReadAsync(GemmaBuild build, CancellationToken cancellationToken)
    {
        var said = SaidOf(build);
        if (DocumentOf(build) is not ({ } image, { } digest))
        {
            return new KnownContents(
                build,
                said,
                null,
                said.Sbom?.Message is { } why
                    ? $"the registry didn't take the list: {why}"
                    : "the build recorded no list in the registry"
            );
        }

        using var registry = await UserRegistry.OpenAsync(
            image.Repository.Host,
            how,
            build.Spec?.Template.Output.Insecure == true,
            time,
            cancellationToken
        );
        var answer = await registry.DocumentAsync(image, digest, cancellationToken);
        var list = answer.Value is { } document ? CycloneDxReader.Read(document) : null;
        return answer.Problem is { } problem ? new KnownContents(build, said, null, problem)
            : list is null ? new KnownContents(build, said, null, $"the list {digest} can't be read")
            : list.Fingerprint != said.Fingerprint
                ? new KnownContents(build, said, null, $"the list {digest} isn't what {build.BuildName} recorded")
            : new KnownContents(build, said, list, null);
    }

    /// <summary>Returns what a build's status says of its packages.</summary>
    /// <exception cref="CliException">It says nothing; the message has why.</exception>
    public static ContentsStatus SaidOf(GemmaBuild build) =>
        build.Status?.Contents
        ?? throw new CliException(
            ExitCode.NotFound,
            $"what the image of {build.BuildName} holds isn't known: "
                + (
                    build.Status?.Conditions.FirstOrDefault(c => c.Type == ConditionType.ContentsKnown)?.Message
                    ?? (
                        build.Spec?.Template.ReuseBase?.Build is { } reused
                            ? $"it reuses the base image of {reused}; ask for that"
                        : build.IsFinished ? "it was never listed"
                        : "it is listed once it has been verified"
                    )
                )
        );

    /// <summary>Returns the image that a list is attached to, and the list's digest; null for none.</summary>
    public static (ImageReference Image, ImageDigest Digest)? DocumentOf(GemmaBuild build) =>
        ImageDigest.TryParse(build.Status?.Contents?.Sbom?.Digest, out var digest, out _)
        && ImageReference.TryParse(ListedOf(build)?.Reference, out var image, out _)
        && image.Digest is not null
            ? (image, digest)
            : null;

    /// <summary>Returns the image that holds what is listed: one of those that an index names, if it is one.</summary>
    private static ImageStatus? ListedOf(GemmaBuild build) =>
        build
            .Status?.Platforms?.FirstOrDefault(p => p.Contents?.Sbom?.Digest == build.Status.Contents?.Sbom?.Digest)
            ?.Candidate
        ?? build.Status?.Promoted
        ?? build.Status?.Candidate;
}
