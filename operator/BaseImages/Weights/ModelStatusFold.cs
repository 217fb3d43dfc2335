using GemmaOperator.Api.Models;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.Cluster;

namespace GemmaOperator.BaseImages.Weights;

/// <summary>
/// Folds which weights the spec asks for, as far as that is known: the first part of <c>status.model</c>.
/// </summary>
internal static class ModelStatusFold
{
    /// <summary>Returns null without a source. What is known of another source is forgotten with it.</summary>
    public static ModelStatus? Fold(ImageSnapshot s, ModelResolution? answer)
    {
        if (s.Inputs is BuildRequest.Refused)
        {
            // Nothing can be said of a spec that isn't understood, or that misses a Secret for a while.
            return s.Status.Model;
        }

        if (s.Spec.Rollout.Mode != RolloutMode.Managed || s.Model.Source is not { } source)
        {
            return null;
        }

        var before =
            s.Status.Model is { } known && known.Reference == s.Model.Text && known.Source.Value == source
                ? known
                : new ModelStatus { Source = source, Reference = s.Model.Text };
        return answer is ModelResolution.Resolved { Identity: var now }
            ? before with
            {
                Revision = now.Commit?.ToString(),
                Digest = now.Digest?.ToString(),
                SizeBytes = now.SizeBytes,
                ModelType = now.ModelType.Length > 0 ? now.ModelType : null,
                CheckedAt = now.CheckedAt is { } at ? Conditions.WholeSeconds(at) : null,
            }
            : before;
    }
}
