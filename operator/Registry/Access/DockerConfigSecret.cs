namespace GemmaOperator.Registry.Access;

/// <summary>Lists the form of Secret that <c>kubectl create secret docker-registry</c> makes.</summary>
internal static class DockerConfigSecret
{
    /// <summary>The Secret's type.</summary>
    public const string Type = "kubernetes.io/dockerconfigjson";

    /// <summary>The key that holds the docker config, as JSON.</summary>
    public const string Key = ".dockerconfigjson";
}
