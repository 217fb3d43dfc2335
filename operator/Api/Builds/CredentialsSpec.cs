using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Builds;

/// <summary>How the registry is asked for permission.</summary>
internal sealed record CredentialsSpec
{
    /// <summary>Kind of credentials.</summary>
    public WireEnum<CredentialsType> Type { get; init; } = CredentialsType.None;

    /// <summary>Secret of type <c>kubernetes.io/dockerconfigjson</c>; needed for type Secret.</summary>
    public LocalReference? SecretRef { get; init; }
}
