using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GemmaInference.Model.Matrices;

/// <summary>Reads bfloat16 by registers.</summary>
internal static unsafe class BFloat16Lanes
{
    /// <summary>Numbers of a register in bfloat16.</summary>
    public const int Count = 32;

    /// <summary>Numbers of a register in float32.</summary>
    public const int Wide = Count / 2;

    /// <summary>What the exponent is of infinities and of what is no number.</summary>
    public const uint NoNumber = 255;

    private const int MantissaBits = 7;

    /// <summary>Returns 16 numbers in float32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Widen(ushort* from) =>
        (Avx512F.ConvertToVector512UInt32(Vector256.Load(from)) << 16).AsSingle();

    /// <summary>Returns 32 numbers without their signs, to be compared as whole numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ushort> Sizes(ushort* from) => Vector512.Load(from) & Vector512.Create((ushort)0x7FFF);

    /// <summary>Returns the largest of the lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Largest(Vector512<ushort> sizes)
    {
        var half = Avx2.Max(sizes.GetLower(), sizes.GetUpper());
        var quarter = Sse41.Max(half.GetLower(), half.GetUpper());
        return (ushort)~Sse41.MinHorizontal(~quarter).ToScalar();
    }

    /// <summary>Returns the exponent of a number without a sign, as it is held.</summary>
    public static uint ExponentOf(uint size) => size >> MantissaBits;

    /// <summary>Returns a number without a sign.</summary>
    public static float ToSingle(uint size) => BitConverter.UInt32BitsToSingle(size << 16);
}
