namespace GemmaOperator.Runtime.Client;

/// <summary>
/// Chooses Accept headers: where metadata is enough, a server that can't cut objects down may still send them whole.
/// </summary>
internal static class KubeAccept
{
    private const string Json = "application/json";
    private const string Metadata = Json + ";as=PartialObjectMetadata;g=meta.k8s.io;v=v1," + Json;
    private const string MetadataList = Json + ";as=PartialObjectMetadataList;g=meta.k8s.io;v=v1," + Json;

    /// <summary>Returns the header for single objects and for watches.</summary>
    public static string One(KubeResource resource) => resource.MetadataOnly ? Metadata : Json;

    public static string List(KubeResource resource) => resource.MetadataOnly ? MetadataList : Json;
}
