namespace GemmaOperator.Api.Words;

/// <summary>Names how a registry is asked for permission.</summary>
internal enum CredentialsType
{
    /// <summary>Anonymously.</summary>
    None,

    /// <summary>With a Secret of type kubernetes.io/dockerconfigjson.</summary>
    Secret,

    /// <summary>As the cloud identity of the pod's ServiceAccount.</summary>
    WorkloadIdentity,
}
