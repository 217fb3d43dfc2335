using GemmaOperator.Api.Builds;

namespace GemmaOperator.Builds.Steps.Assemble;

/// <summary>Holds the application image that was made.</summary>
/// <param name="Image">The image.</param>
/// <param name="At">When it was done (UTC).</param>
/// <param name="BytesCopied">Bytes of layers that were copied at once, since the registry doesn't mount them.</param>
internal sealed record AssembledApplication(ImageStatus Image, DateTime At, long BytesCopied = 0);
