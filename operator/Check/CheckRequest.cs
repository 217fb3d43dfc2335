using GemmaOperator.Registry.References;
using GemmaOperator.Runtime.Contracts;

namespace GemmaOperator.Check;

/// <summary>Says what is to be looked at.</summary>
internal sealed record CheckRequest
{
    /// <summary>Names the operator's Lease, Deployment and service account.</summary>
    public const string OperatorName = "gemma-operator";

    /// <summary>Gets the namespace of the operator itself.</summary>
    public string OperatorNamespace { get; init; } = "gemma-system";

    /// <summary>Gets the namespaces of GemmaBaseImages.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>Gets whether the operator watches those alone, with Roles instead of a ClusterRole.</summary>
    public bool OnlyNamespaces { get; init; }

    /// <summary>Gets the service account whose rights are asked for; null: the caller's own.</summary>
    public ObjectKey? Account { get; init; }

    /// <summary>Gets the ServiceAccount of each namespace that the operator writes as; null: none.</summary>
    public string? ImpersonatedAccount { get; init; }

    /// <summary>Gets whether the operator has a dashboard, which asks who somebody is.</summary>
    public bool HasDashboard { get; init; }

    /// <summary>Gets the repository that images are to be pushed to; null: no registry is asked.</summary>
    public ImageRepository? Repository { get; init; }

    /// <summary>Gets the Secret with the credentials for it; null: none are sent.</summary>
    public ObjectKey? Secret { get; init; }

    /// <summary>Gets the PriorityClasses that specs name.</summary>
    public IReadOnlyList<string> PriorityClasses { get; init; } = [];

    /// <summary>Gets the RuntimeClasses that specs name.</summary>
    public IReadOnlyList<string> RuntimeClasses { get; init; } = [];
}
