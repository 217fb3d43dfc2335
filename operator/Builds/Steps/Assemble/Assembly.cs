namespace GemmaOperator.Builds.Steps.Assemble;

/// <summary>Says what came of assembling an image.</summary>
internal abstract record Assembly
{
    private Assembly() { }

    /// <summary>Says that the image is in the registry.</summary>
    public sealed record Done(AssembledImage Image) : Assembly;

    /// <summary>Says that layers are being copied still; assembling again goes on with it.</summary>
    /// <param name="RefusesMounts">Host that doesn't mount across repositories; null when that isn't why.</param>
    /// <param name="Layers">Layers that were to be copied in this pass.</param>
    /// <param name="Bytes">Their sum.</param>
    /// <param name="LayersLeft">Those that aren't there yet.</param>
    /// <param name="BytesLeft">Their sum.</param>
    public sealed record Copying(string? RefusesMounts, int Layers, long Bytes, int LayersLeft, long BytesLeft)
        : Assembly;
}
