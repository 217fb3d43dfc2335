namespace GemmaInference.Model;

/// <summary>Holds what may differ from layer to layer.</summary>
/// <param name="Slides">Whether only the window is seen.</param>
/// <param name="KvHeads">Heads of keys and values.</param>
/// <param name="HeadDim">Channels of a head.</param>
/// <param name="IntermediateSize">Channels inside the MLP.</param>
/// <param name="Source">The layer whose keys and values are read: mostly the layer itself.</param>
/// <param name="OwnsKeys">Whether it is the layer itself.</param>
/// <param name="KeyIsValue">Whether values are made of the keys' projection.</param>
internal readonly record struct LayerShape(
    bool Slides,
    int KvHeads,
    int HeadDim,
    int IntermediateSize,
    int Source,
    bool OwnsKeys,
    bool KeyIsValue
)
{
    /// <summary>Gets the heads that are read out of a layer's one projection.</summary>
    public int ProjectedKvHeads => !OwnsKeys ? 0 : (KeyIsValue ? 1 : 2) * KvHeads;

    /// <summary>Returns the shapes of all layers, in order.</summary>
    public static IReadOnlyList<LayerShape> All(GemmaConfig config) =>
        [.. Enumerable.Range(0, config.Layers).Select(layer => Of(config, layer))];

    private static LayerShape Of(GemmaConfig config, int layer)
    {
        var slides = config.Sliding[layer];
        var owning = config.Layers - config.SharingLayers;
        var owns = layer < owning;
        return new LayerShape(
            slides,
            slides ? config.KvHeads : config.GlobalKvHeads,
            slides ? config.HeadDim : config.GlobalHeadDim,
            config.IntermediateSize * (!owns && config.DoubleWide ? 2 : 1),
            owns ? layer : Last(config, owning, slides),
            owns,
            config.KeyIsValue && !slides
        );
    }

    /// <summary>The reader of the configuration makes sure that there is one.</summary>
    private static int Last(GemmaConfig config, int end, bool slides) =>
        Enumerable.Range(0, end).Last(layer => config.Sliding[layer] == slides);
}
