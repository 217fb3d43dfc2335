using GemmaOperator.Api.BaseImages;
using GemmaOperator.BaseImages.Models;

namespace GemmaOperator.BaseImages.Weights;

/// <summary>
/// Holds all that an answer depends on, so that objects that ask the same share one: credentials are a namespace's own.
/// </summary>
/// <param name="Server">Who is asked.</param>
/// <param name="About">What about.</param>
/// <param name="Access">With which credentials; empty: none.</param>
internal sealed record SourceQuestion(string Server, string About, string Access)
{
    public static SourceQuestion Of(GemmaBaseImage image, DeclaredModel declared)
    {
        var ns = image.Metadata.NamespaceProperty;
        return declared switch
        {
            DeclaredModel.OnHub { Files: var files, Token: var token } => new SourceQuestion(
                $"{files.Endpoint} {files.Insecure}",
                $"{files.Repository}@{files.Revision}",
                token is null ? "" : $"{ns}/{token.Name}/{token.Key}"
            ),
            DeclaredModel.InImage weights => new SourceQuestion(
                weights.Reference.Repository.Host,
                $"{weights.Reference} {image.Spec!.Platforms[0].Text}",
                weights.PullSecret.Length > 0 ? $"{ns}/{weights.PullSecret}" : ""
            ),
            _ => throw new ArgumentException($"nobody can be asked about {declared}", nameof(declared)),
        };
    }
}
