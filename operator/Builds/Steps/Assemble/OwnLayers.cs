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
    /// Says why an image's layers can't be put on a base for a platform, before that is tried; null when they can.
    /// </summary>
    public static string? Problem(ImageContent server, string platform)
    {
        var (os, architecture) = (
            RegistryJson.Text(server.Config["os"]) ?? "",
            RegistryJson.Text(server.Config["architecture"]) ?? ""
        );
        if (os.Length > 0 && architecture.Length > 0 && $"{os}/{architecture}" != platform)
        {
            return $"{server.Repository}: the image is for {Quoted.Of($"{os}/{architecture}")}, and {platform} is "
                + "asked for";
        }

        var total = server.Manifest.Layers.Count;
        if (server.Labels.ContainsKey(ApiGroup.OwnLayersLabel))
        {
            return LabelProblem(server);
        }

        return total == 1 || server.Labels.ContainsKey(BaseDigestLabel)
            ? null
            : $"{server.Repository}: the image has {total} layers and no label {ApiGroup.OwnLayersLabel}, so that "
                + "nobody knows which of them are the server's own; is it a server image? If so, build it with that "
                + $"label: a number from 1 to {total}, counted from the top";
    }

    private static string? LabelProblem(ImageContent server)
    {
        var (label, total) = (server.Labels[ApiGroup.OwnLayersLabel], server.Manifest.Layers.Count);
        return Labelled(label, total) is not null
            ? null
            : $"{server.Repository}: the label {ApiGroup.OwnLayersLabel} is {Quoted.Of(label)}; it must be a number "
                + $"from 1 to {total}, the image's layers";
    }

    private static int? Labelled(string label, int total) =>
        int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out var own) && own >= 1 && own <= total
            ? own
            : null;

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
            return Labelled(label, total) ?? throw new RegistryException(RegistryError.Invalid, LabelProblem(server)!);
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
