namespace GemmaOperator.Builds.Contents;

/// <summary>Says what reading an image's layers gave beside its own list.</summary>
/// <param name="Read">Layers that were read.</param>
/// <param name="Unread">Layers of the build that weren't: they came from the cache, or can't be unpacked.</param>
/// <param name="Unlisted">Python distributions that only the layers name.</param>
internal sealed record LayersRead(int Read, int Unread, IReadOnlyList<Package> Unlisted);
