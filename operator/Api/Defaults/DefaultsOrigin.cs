namespace GemmaOperator.Api.Defaults;

/// <summary>Says whose defaults a value is from.</summary>
internal enum DefaultsOrigin
{
    /// <summary>The ConfigMap of the object's namespace.</summary>
    Namespace,

    /// <summary>The operator's own, for all namespaces.</summary>
    Operator,
}
