using GemmaOperator.Registry.References;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>Holds what the registry has under a build's unique tag.</summary>
internal sealed record PushedImage(ImageRepository Repository, ImageTag Tag, ImageDigest Digest, long SizeBytes);
