namespace GemmaOperator.Api.Pods;

/// <summary>Says where the value of a variable is from; exactly one is given.</summary>
internal sealed record VariableSource
{
    /// <summary>Key of a Secret.</summary>
    public KeySelector? SecretKeyRef { get; init; }

    /// <summary>Key of a ConfigMap.</summary>
    public KeySelector? ConfigMapKeyRef { get; init; }

    /// <summary>Field of the pod.</summary>
    public FieldSelector? FieldRef { get; init; }

    /// <summary>Resource of the server container.</summary>
    public ResourceSelector? ResourceFieldRef { get; init; }
}
