using GemmaInference.Fetch.Hub;
using GemmaInference.Fetch.Oci;

namespace GemmaInference.Fetch;

/// <summary>Says where weights come from.</summary>
internal abstract record FetchSource
{
    private FetchSource() { }

    /// <summary>Names a model of a hub.</summary>
    internal sealed record Hub(HubReference Model, HubEndpoint Endpoint) : FetchSource;

    /// <summary>Names an image or artefact of a registry.</summary>
    internal sealed record Oci(OciReference Image) : FetchSource;
}
