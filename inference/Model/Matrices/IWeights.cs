using System.Runtime.Intrinsics;

namespace GemmaInference.Model.Matrices;

/// <summary>Reads weights of one form as float32.</summary>
internal unsafe interface IWeights
{
    /// <summary>Gets the bytes of a weight.</summary>
    static abstract int Size { get; }

    /// <summary>Reads 16 weights.</summary>
    static abstract Vector512<float> Read(byte* start);
}
