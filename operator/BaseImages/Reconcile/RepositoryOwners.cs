using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Owners;
using GemmaOperator.Registry.Access;
using GemmaOperator.Runtime.Contracts;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>
/// Looks up who else names an object's repositories. Whoever loses one is told without a name; the log has both, for
/// whoever runs the operator.
/// </summary>
internal sealed partial class RepositoryOwners(
    IIndexer<GemmaBaseImage> images,
    RepositoryPolicy policy,
    IReadOnlyCollection<string> plainHosts,
    ILogger logger
)
{
    /// <summary>Returns why an object may not use its repositories; null when it may.</summary>
    public BuildRequest.Refused? Judge(GemmaBaseImage image, BuildRequest.Known known)
    {
        var taken = RepositoryLookup.FindTaken(image, known.Template, images, policy);
        var refused = RepositoryRules.Judge(image, known, policy, plainHosts, taken);
        if (
            taken is not null
            && refused?.Reason == ImageReason.Stalled.RepositoryTaken
            && image.Status?.Conditions.Any(c => c.Reason == refused.Reason) != true
        )
        {
            var (ns, name) = (image.Metadata.NamespaceProperty, image.Metadata.Name);
            Log.Taken(logger, ns, name, taken.Repository.Identity, taken.By);
        }

        return refused;
    }

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 725,
            Level = LogLevel.Warning,
            Message = "{Namespace}/{Name} names the repository {Repository}, which {Other} has."
        )]
        public static partial void Taken(
            ILogger logger,
            string nameSpace,
            string name,
            string repository,
            string other
        );
    }
}
