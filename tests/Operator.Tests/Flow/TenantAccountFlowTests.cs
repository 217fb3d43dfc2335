using GemmaOperator.Api.Words;
using k8s.Models;
using Operator.Tests.Clusters;

namespace Operator.Tests.Flow;

/// <summary>
/// What a tenant's account may not, the operator doesn't do for it, and says so in the API server's words.
/// </summary>
internal sealed class TenantAccountFlowTests
{
    [Test]
    public async Task An_account_that_may_not_make_Jobs_gets_none_and_is_told()
    {
        await using var stage = await Stage.StartAsync(startOperator: false);
        var ns = stage.Cluster.Namespace;
        await stage.Cluster.Api.ApplyAsync(
            new V1Role
            {
                Metadata = new V1ObjectMeta { Name = "gemma", NamespaceProperty = ns },
                Rules =
                [
                    new V1PolicyRule
                    {
                        ApiGroups = [""],
                        Resources = ["configmaps", "secrets"],
                        Verbs = ["get", "list", "watch", "create"],
                    },
                ],
            },
            CancellationToken.None
        );
        await stage.Cluster.Api.ApplyAsync(
            new V1RoleBinding
            {
                Metadata = new V1ObjectMeta { Name = "gemma", NamespaceProperty = ns },
                RoleRef = new V1RoleRef
                {
                    ApiGroup = "rbac.authorization.k8s.io",
                    Kind = "Role",
                    Name = "gemma",
                },
                Subjects =
                [
                    new Rbacv1Subject
                    {
                        Kind = "ServiceAccount",
                        Name = "gemma",
                        NamespaceProperty = ns,
                    },
                ],
            },
            CancellationToken.None
        );
        stage.ImpersonatedAccount = "gemma";
        await stage.StartOperatorAsync();
        await stage.ApplyAsync(stage.Image());
        await Eventually.ThatAsync(
            async () =>
                (await stage.ReadAsync()).Status?.Conditions?.Any(c =>
                    c is { Type: ConditionType.Stalled, Reason: "ObjectRefused" }
                    && c.Message.Contains(
                        $"User \"system:serviceaccount:{ns}:gemma\" cannot create",
                        StringComparison.Ordinal
                    )
                    && c.Message.Contains("jobs", StringComparison.Ordinal)
                ) == true,
            "it says what the account may not"
        );
        Assert.That(await stage.ListAsync<V1Job>(), Is.Empty);
    }
}
