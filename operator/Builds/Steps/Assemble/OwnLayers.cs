using System.Globalization;
using GemmaOperator.Api.Words;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Steps.Assemble;

/// <summary>Says which layers of the server's image are its own, and so belong on top of ours.</summary>
internal static class OwnLayers
{
    public const string BaseDigestLabel = "org.opencontainers.image.base.digest";
    public const string BaseNameLabel = "org.opencontainers.image.base.name";

    /// <summary>
    /// Counts its top layers that are its own: what the label says; without it those above the declared base, if
    /// that could be read; else all.
    /// </summary>
    /// <param name="server">The server's image.</param>
    /// <param name="declaredBase">Its declared base; null when it declares none or it can't be read.</param>
    public static int Count(ImageContent server, ImageManifest? declaredBase)
    {
        var total = server.Manifest.Layers.Count;
        if (server.Labels.TryGetValue(ApiGroup.OwnLayersLabel, out var label))
        {
            return
                int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out var own)
                && own >= 1
                && own <= total
                ? own
                : throw new RegistryException(
                    RegistryError.Invalid,
                    $"{server.Repository}: the label {ApiGroup.OwnLayersLabel} is {Quoted.Of(label)}; it "
                        + $"must be a number from 1 to {total}, the image's layers"
                );
        }

        return
            declaredBase is not null
            && declaredBase.Layers.Count < total
            && declaredBase
                .Layers.Select(l => l.Digest)
                .SequenceEqual(server.Manifest.Layers.Take(declaredBase.Layers.Count).Select(l => l.Digest))
            ? total - declaredBase.Layers.Count
            : total;
    }
}
