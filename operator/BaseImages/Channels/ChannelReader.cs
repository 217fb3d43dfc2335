using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Bases;
using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Preflight;
using GemmaOperator.Cluster.Gpus;
using GemmaOperator.Registry.References;

namespace GemmaOperator.BaseImages.Channels;

/// <summary>
/// Asks registries what a base's channel depends on: the tags of its line, the server's label, and whether the version
/// that would be taken is there for each platform.
/// </summary>
internal sealed class ChannelReader(LineTagReader tags, ServerImageReader servers)
{
    /// <summary>Bounds how many versions are looked at: one that isn't whole yet leaves the one before it.</summary>
    private const int MostCandidates = 3;

    public async Task<ChannelAnswer> ReadAsync(
        GemmaBaseImage image,
        ChannelFacts channel,
        BuildRequest.Known inputs,
        IReadOnlyList<GpuNode> nodes,
        DateTime after,
        CancellationToken cancellationToken
    )
    {
        var said = await tags.ListAsync(image, channel.Line, after, cancellationToken);
        if (said is not LineTags.Listed listed)
        {
            return new ChannelAnswer.Unread(((LineTags.Unlisted)said).Message);
        }

        if (listed.Versions.Count == 0)
        {
            return new ChannelAnswer.Unread($"{channel.Line.Repository} lists no tag of the line {channel.Line.Name}");
        }

        var template = inputs.Template;
        var server = template.Application?.ServerImage ?? "";
        var libtorch = "";
        if (server.Length > 0 && listed.Versions.Any(channel.IsOpen))
        {
            var answer = await servers.ReadAsync(
                image.Metadata.NamespaceProperty,
                template,
                ImageReference.Parse(server),
                cancellationToken
            );
            if (answer is not ServerImageAnswer.Found found)
            {
                return new ChannelAnswer.Unread($"the server image {server} can't be read, to which it must fit");
            }

            libtorch = found.Facts.Libtorch;
        }

        var (open, skipped) = ChannelPolicy.Choose(
            channel,
            listed.Versions,
            server,
            libtorch,
            inputs.Content.Requirements,
            nodes
        );
        BaseVersion? candidate = null;
        foreach (var version in open.Take(MostCandidates))
        {
            var reference = ImageReference.Parse(BaseLine.TextOf(channel.Line.With(version)));
            var (problem, failure) = await tags.ProblemAsync(
                image,
                reference,
                [.. template.AllPlatforms.Select(p => p.Text)],
                cancellationToken
            );
            if (failure is not null)
            {
                // An older one would be taken, and this one soon after.
                return new ChannelAnswer.Unread(failure);
            }

            if (problem is null)
            {
                candidate = version;
                break;
            }

            skipped ??= $"{version} isn't taken: {problem}";
        }

        return new ChannelAnswer.Read(listed.Versions.Max(), candidate, skipped);
    }
}
