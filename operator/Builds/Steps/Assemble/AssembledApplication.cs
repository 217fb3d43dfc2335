using GemmaOperator.Api.Builds;

namespace GemmaOperator.Builds.Steps.Assemble;

/// <summary>Holds the application image that was made.</summary>
/// <param name="Image">The image.</param>
/// <param name="At">When it was done (UTC).</param>
internal sealed record AssembledApplication(ImageStatus Image, DateTime At);
