using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Builds;

/// <summary>How the registry is asked for permission.</summary>
internal sealed record CredentialsSpec
{
    /// <summary>Kind of credentials.</summary>
    [AllowedValues("None", "Secret", "WorkloadIdentity")]
    public string Type { get; init; } = "None";

    /// <summary>Secret of type <c>kubernetes.io/dockerconfigjson</c>; needed for type Secret.</summary>
    public LocalReference? SecretRef { get; init; }
}
