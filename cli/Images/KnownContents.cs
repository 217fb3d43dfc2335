using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Builds.Contents;

namespace KubectlGemma.Images;

/// <summary>Holds what is known of the packages of a build's image.</summary>
/// <param name="Build">The build.</param>
/// <param name="Said">In short, as its status has it.</param>
/// <param name="List">The whole list, which is what the build recorded; null where it can't be had.</param>
/// <param name="Problem">Why it can't; null where it is there.</param>
internal sealed record KnownContents(GemmaBuild Build, ContentsStatus Said, PackageList? List, string? Problem);
