using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace GemmaOperator.Check;

/// <summary>
/// Asks the API server about rights: the caller's own by SelfSubjectAccessReview, those of a service account by
/// SubjectAccessReview, which only few may create.
/// </summary>
internal sealed class RightsReader(IKubeApi api)
{
    /// <param name="request">Whose rights, and where.</param>
    /// <param name="atOnce">Questions under way at once.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>An answer for each right, in their order; one refused question ends the asking.</returns>
    public async Task<IReadOnlyList<AskedRight>> ReadAsync(
        CheckRequest request,
        int atOnce,
        CancellationToken cancellationToken
    )
    {
        var rights = OperatorRights.For(request);
        var first = await AskAsync(rights[0], request.Account, cancellationToken);
        if (first.Problem is not null)
        {
            return [first];
        }

        var answers = new AskedRight[rights.Count];
        answers[0] = first;
        await Parallel.ForAsync(
            1,
            rights.Count,
            new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken },
            async (i, token) => answers[i] = await AskAsync(rights[i], request.Account, token)
        );
        return answers;
    }

    private async Task<AskedRight> AskAsync(Right right, ObjectKey? account, CancellationToken cancellationToken)
    {
        var attributes = new V1ResourceAttributes
        {
            Verb = right.Verb,
            Group = right.Group,
            Resource = right.Resource,
            Subresource = right.Subresource.Length == 0 ? null : right.Subresource,
            NamespaceProperty = right.Namespace.Length == 0 ? null : right.Namespace,
            Name = right.Name.Length == 0 ? null : right.Name,
        };
        try
        {
            return new AskedRight(right, await IsAllowedAsync(attributes, right.Account ?? account, cancellationToken));
        }
        catch (KubeApiException e)
        {
            return new AskedRight(right, IsAllowed: false, e.Message);
        }
    }

    private async Task<bool> IsAllowedAsync(
        V1ResourceAttributes attributes,
        ObjectKey? account,
        CancellationToken cancellationToken
    )
    {
        if (account is not { } own)
        {
            var self = await api.CreateAsync(
                new SelfAccessReview { Spec = new V1SelfSubjectAccessReviewSpec { ResourceAttributes = attributes } },
                cancellationToken
            );
            return self.Status?.Allowed ?? false;
        }

        var review = await api.CreateAsync(
            new AccessReview
            {
                Spec = new V1SubjectAccessReviewSpec
                {
                    User = $"system:serviceaccount:{own.Namespace}:{own.Name}",
                    Groups =
                    [
                        "system:serviceaccounts",
                        $"system:serviceaccounts:{own.Namespace}",
                        "system:authenticated",
                    ],
                    ResourceAttributes = attributes,
                },
            },
            cancellationToken
        );
        return review.Status?.Allowed ?? false;
    }
}
