namespace GemmaOperator.BaseImages.Defaults;

/// <summary>Names the ConfigMaps of defaults.</summary>
internal static class DefaultsObjects
{
    /// <summary>Is written by people, in each namespace that has defaults of its own.</summary>
    public const string Source = "gemma-defaults";

    /// <summary>Is its key.</summary>
    public const string SourceKey = "defaults.yaml";

    /// <summary>
    /// Is written by the operator: what counts in a namespace, so that it does so after a restart, too, and for whoever
    /// looks.
    /// </summary>
    public const string InForce = "gemma-defaults-in-force";

    public const string NamespaceKey = "namespace.yaml";

    public const string OperatorKey = "operator.yaml";
}
