using System.Collections.Frozen;
using GemmaOperator.BaseImages.Defaults;
using GemmaOperator.Runtime.Contracts;

namespace GemmaOperator.Hosting;

/// <summary>
/// Says which requests are made in a tenant's name: what is written for its objects, and what is read of its ConfigMaps
/// and Secrets. What nobody but the operator writes (GemmaBuilds, statuses, events, the lease), and what tells how pods
/// do, stays the operator's.
/// </summary>
internal static class TenantAccount
{
    private static readonly FrozenSet<string> Contents = FrozenSet.Create(
        StringComparer.Ordinal,
        "configmaps",
        "secrets"
    );

    private static readonly FrozenSet<string> Written = FrozenSet.Create(
        StringComparer.Ordinal,
        "configmaps",
        "secrets",
        "jobs.batch",
        "deployments.apps",
        "services",
        "poddisruptionbudgets.policy",
        "persistentvolumeclaims",
        "httproutes.gateway.networking.k8s.io",
        "inferencepools.inference.networking.k8s.io"
    );

    /// <summary>Returns whom a request is made as; null: the operator itself.</summary>
    /// <param name="request">The request; one that names no namespace is of all tenants, and so of none.</param>
    /// <param name="account">Name of the ServiceAccount that each namespace has for it.</param>
    /// <param name="ownNamespace">The operator's, where it keeps its own defaults itself.</param>
    public static string? For(KubeRequest request, string account, string? ownNamespace = null) =>
        request.Namespace is { } ns
        && !(ns == ownNamespace && request is { Resource: "configmaps", Name: DefaultsObjects.InForce })
        && (request.Verb is "create" or "patch" or "delete" ? Written : Contents).Contains(request.Resource)
            ? $"system:serviceaccount:{ns}:{account}"
            : null;
}
