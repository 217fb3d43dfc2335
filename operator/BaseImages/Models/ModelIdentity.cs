using GemmaOperator.Api.Models;
using GemmaOperator.Hub;
using GemmaOperator.Registry.References;

namespace GemmaOperator.BaseImages.Models;

/// <summary>Holds what a declared source of weights stood for when it was asked.</summary>
/// <param name="Declared">What was asked for.</param>
/// <param name="Commit">The commit; null unless it is on a hub.</param>
/// <param name="Digest">The digest; null unless it is in an image.</param>
/// <param name="SizeBytes">Size of the weights; null when unknown.</param>
/// <param name="CheckedAt">When that was so (UTC); null when nobody knows.</param>
internal sealed record ModelIdentity(
    DeclaredModel Declared,
    HubCommit? Commit,
    ImageDigest? Digest,
    long? SizeBytes,
    DateTime? CheckedAt
)
{
    /// <summary>Gets which kind of model its config.json says it is; empty when unknown.</summary>
    public string ModelType { get; init; } = "";

    /// <summary>
    /// Reads a status for what the spec declares now; null when it tells of other weights, of none, or (edited by hand)
    /// of what can't be.
    /// </summary>
    public static ModelIdentity? Read(DeclaredModel declared, ModelStatus? recorded)
    {
        if (recorded is null || recorded.Reference != declared.Text || recorded.Source.Value != declared.Source)
        {
            return null;
        }

        var commit = HubCommit.TryParse(recorded.Revision, out var known) ? known : null;
        var digest = ImageDigest.TryParse(recorded.Digest, out var content, out _) ? content : null;
        return declared switch
        {
            DeclaredModel.OnHub when commit is null => null,
            DeclaredModel.InImage when digest is null => null,
            _ => new ModelIdentity(declared, commit, digest, recorded.SizeBytes, recorded.CheckedAt)
            {
                ModelType = recorded.ModelType ?? "",
            },
        };
    }

    /// <summary>Returns it for annotations and people: <c>hub:google/gemma-3-1b-it@8be88f1b1a2c</c>.</summary>
    public override string ToString() =>
        Declared switch
        {
            DeclaredModel.OnHub hub => (hub.Files with { Revision = Commit?.Short ?? hub.Files.Revision }).ToString(),
            DeclaredModel.InImage image =>
                $"{image.Reference.Repository}@{Digest}{(image.SubPath.Length > 0 ? $"#{image.SubPath}" : "")}",
            _ => Declared.Text,
        };
}
