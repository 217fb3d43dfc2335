using GemmaOperator.Registry.References;

namespace KubectlGemma.Images;

/// <summary>Holds what a command is asked about: an image, or an object by its name.</summary>
/// <param name="Reference">The image; null for a name.</param>
/// <param name="Name">The name; null for an image.</param>
internal sealed record ImageOrName(ImageReference? Reference, string? Name);
