using System.ComponentModel.DataAnnotations;
using k8s.Models;

namespace GemmaOperator.Api.Pods;

/// <summary>
/// Describes a container before or beside the server. It has no privilege, no port of the Service and no way to change
/// the server's.
/// </summary>
internal sealed record ServedContainer
{
    /// <summary>Name, unlike those of the pod's other containers.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Its image; a digest is recommended.</summary>
    [Required]
    public string Image { get; init; } = "";

    /// <summary>Program in place of the image's.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Arguments in place of the image's.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>Environment.</summary>
    public IReadOnlyList<ServerVariable> Env { get; init; } = [];

    /// <summary>Secrets and ConfigMaps all of whose keys become variables.</summary>
    public IReadOnlyList<VariablesFrom> EnvFrom { get; init; } = [];

    /// <summary>Requests and limits.</summary>
    public V1ResourceRequirements? Resources { get; init; }

    /// <summary>Where it sees volumes of the server's.</summary>
    public IReadOnlyList<ServedMount> VolumeMounts { get; init; } = [];
}
