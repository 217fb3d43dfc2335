namespace GemmaOperator.Builds.Contents.Layers;

/// <summary>
/// Says which packages the layers that a build made bring, as their own files tell: nothing of the image has run.
/// </summary>
/// <param name="Dpkg">
/// Debian's packages of the whole image, in the newest state that a layer has; null where no layer that was read has
/// one.
/// </param>
/// <param name="Python">Distributions that stand in these layers and are still there at the end.</param>
/// <param name="Read">Layers that were read.</param>
/// <param name="Unread">Layers that weren't: they came from the cache, or can't be unpacked.</param>
internal sealed record LayerFindings(IReadOnlyList<Package>? Dpkg, IReadOnlyList<Package> Python, int Read, int Unread);
