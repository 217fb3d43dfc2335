using System.Runtime.CompilerServices;

namespace GemmaInference.Torch;

/// <summary>Holds one number per dimension of a tensor.</summary>
[InlineArray(MaxRank)]
internal struct Dimensions
{
    /// <summary>Bounds how many dimensions a tensor here has.</summary>
    public const int MaxRank = 6;

    private long _first;
}
