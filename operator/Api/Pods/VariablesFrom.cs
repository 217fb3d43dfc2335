namespace GemmaOperator.Api.Pods;

/// <summary>Makes variables of all keys of a Secret or a ConfigMap; exactly one is given.</summary>
internal sealed record VariablesFrom
{
    /// <summary>What each name begins with.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Secret whose keys they are.</summary>
    public ObjectSelector? SecretRef { get; init; }

    /// <summary>ConfigMap whose keys they are.</summary>
    public ObjectSelector? ConfigMapRef { get; init; }
}
