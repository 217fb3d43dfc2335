namespace GemmaOperator.BaseImages.Weights;

/// <summary>Tells where pods may mount images as volumes.</summary>
internal static class ImageVolumes
{
    /// <summary>Is the first minor version of Kubernetes that has them without being asked (KEP-4639, beta).</summary>
    private const int First = 33;

    /// <summary>Returns whether a cluster of a minor version mounts them; true where that is unknown.</summary>
    public static bool AreMounted(int? minor) => minor is null or >= First;
}
