using GemmaOperator.Registry.References;

namespace GemmaOperator.Builds.Steps.Assemble;

/// <summary>Says what an application image is made of, and where it goes.</summary>
/// <param name="Base">The base, by digest.</param>
/// <param name="Server">The server's layers image.</param>
/// <param name="Target">Where the result goes; on the base's host.</param>
/// <param name="Tag">Unique tag of the result.</param>
/// <param name="Platform">For example <c>linux/amd64</c>.</param>
internal sealed record AssemblyParts(
    ImageReference Base,
    ImageReference Server,
    ImageRepository Target,
    ImageTag Tag,
    string Platform
);
