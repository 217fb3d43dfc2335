using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GemmaInference.Model.Matrices;

/// <summary>Reads float32.</summary>
internal readonly unsafe struct Float32Weights : IWeights
{
    public static int Size => sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Read(byte* start) => Vector512.Load((float*)start);
}

/// <summary>Reads bfloat16: the upper half of a float32.</summary>
internal readonly unsafe struct BFloat16Weights : IWeights
{
    public static int Size => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Read(byte* start) =>
        (Avx512F.ConvertToVector512UInt32(Vector256.Load((ushort*)start)) << 16).AsSingle();
}

/// <summary>Reads whole numbers from −127 to 127.</summary>
internal readonly unsafe struct Int8Weights : IWeights
{
    public static int Size => sizeof(sbyte);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Read(byte* start) =>
        Avx512F.ConvertToVector512Single(Avx512F.ConvertToVector512Int32(Vector128.Load((sbyte*)start)));
}
