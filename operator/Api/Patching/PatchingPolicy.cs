namespace GemmaOperator.Api.Patching;

/// <summary>Says how an image is made when only packages have moved.</summary>
internal enum PatchingPolicy
{
    /// <summary>Everything is built anew.</summary>
    None,

    /// <summary>What moved is put onto the published image, as layers.</summary>
    Layers,
}
