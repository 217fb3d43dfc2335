using GemmaOperator.Check;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace GemmaOperator.Dashboard.Access;

/// <summary>Asks by TokenReview and SubjectAccessReview, as the API server's own extensions do.</summary>
internal sealed class ApiReviews(IKubeApi api) : IReviews
{
    public async Task<Identity?> WhoAsync(string token, CancellationToken cancellationToken)
    {
        var answer = await api.CreateAsync(
            new TokenReview { Spec = new V1TokenReviewSpec { Token = token } },
            cancellationToken
        );
        return answer.Status is { Authenticated: true, User: { Username.Length: > 0 } user }
            ? new Identity(
                user.Username,
                user.Uid ?? "",
                [.. user.Groups ?? []],
                (user.Extra ?? new Dictionary<string, IList<string>>(StringComparer.Ordinal)).AsReadOnly()
            )
            : null;
    }

    public Identity? Remembered(string token) => null;

    public async Task<bool> MayAsync(Identity who, AskedAccess asked, CancellationToken cancellationToken)
    {
        var answer = await api.CreateAsync(
            new AccessReview
            {
                Spec = new V1SubjectAccessReviewSpec
                {
                    User = who.Name,
                    Uid = who.Uid.Length == 0 ? null : who.Uid,
                    Groups = [.. who.Groups],
                    Extra = who.Extra.ToDictionary(e => e.Key, e => e.Value, StringComparer.Ordinal),
                    ResourceAttributes = new V1ResourceAttributes
                    {
                        Verb = asked.Verb,
                        Group = asked.Group,
                        Resource = asked.Resource,
                        NamespaceProperty = asked.Namespace,
                    },
                },
            },
            cancellationToken
        );
        return answer.Status is { Allowed: true };
    }
}
