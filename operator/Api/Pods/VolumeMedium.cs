namespace GemmaOperator.Api.Pods;

/// <summary>Names what a volume of the pod is made of, other than the node's disk.</summary>
internal enum VolumeMedium
{
    /// <summary>Memory of the pod.</summary>
    Memory,
}
