using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Contracts;

/// <summary>
/// Stands for an object that the server sent and that doesn't fit its type here, for example because its CRD is of
/// another release. Its name and resource version are always set.
/// </summary>
/// <param name="apiVersion">Group and version.</param>
/// <param name="kind">Its kind.</param>
/// <param name="metadata">Who it is.</param>
/// <param name="why">The path of the field and what is wrong with it.</param>
public sealed class Unreadable(string apiVersion, string kind, V1ObjectMeta metadata, string why)
    : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Gets or sets the group and version.</summary>
    public string ApiVersion { get; set; } = apiVersion;

    /// <summary>Gets or sets the kind.</summary>
    public string Kind { get; set; } = kind;

    /// <summary>Gets or sets who it is.</summary>
    public V1ObjectMeta Metadata { get; set; } = metadata;

    /// <summary>Gets the path of the field and what is wrong with it.</summary>
    public string Why { get; } = why;
}
