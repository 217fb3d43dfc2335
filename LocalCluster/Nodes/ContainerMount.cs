namespace LocalCluster.Nodes;

/// <summary>Describes a volume in a container.</summary>
/// <param name="Path">Where it is mounted.</param>
/// <param name="Volume">The volume's name in the pod; containers that mount the same name share it.</param>
/// <param name="SubPath">The part of the volume that is mounted; empty for all.</param>
/// <param name="Claim">The claim that it comes from; null for another source.</param>
/// <param name="Image">The image whose content it is; null for another source.</param>
/// <param name="IsReadOnly">Whether nothing can be written to it.</param>
public sealed record ContainerMount(
    string Path,
    string Volume,
    string SubPath,
    string? Claim,
    string? Image,
    bool IsReadOnly
)
{
    /// <summary>Gets the field of the volume that says where it comes from, as <c>emptyDir</c>.</summary>
    public string Source { get; init; } = "";
}
