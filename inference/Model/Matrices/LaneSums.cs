using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GemmaInference.Model.Matrices;

/// <summary>Sums up the lanes of several registers at once, each in the same order whichever its place is.</summary>
internal static class LaneSums
{
    /// <summary>Parts of two registers of 128 bits each: which of the first, then which of the second.</summary>
    private const byte LowHalves = 0x44,
        HighHalves = 0xEE,
        Evens = 0x88,
        Odds = 0xDD;

    /// <summary>Gives the first register's sum in four lanes, then those of the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> OfFour(
        Vector512<float> a,
        Vector512<float> b,
        Vector512<float> c,
        Vector512<float> d
    )
    {
        var first = Avx512F.Shuffle4x128(a, b, LowHalves) + Avx512F.Shuffle4x128(a, b, HighHalves);
        var second = Avx512F.Shuffle4x128(c, d, LowHalves) + Avx512F.Shuffle4x128(c, d, HighHalves);
        return Avx512F.Shuffle4x128(first, second, Evens) + Avx512F.Shuffle4x128(first, second, Odds);
    }

    /// <summary>
    /// Gives, of four such results, the first sum of each, then the second of each, the third and the fourth.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> OfSixteen(
        Vector512<float> a,
        Vector512<float> b,
        Vector512<float> c,
        Vector512<float> d
    )
    {
        var first = Avx512F.UnpackLow(a, b) + Avx512F.UnpackHigh(a, b);
        var second = Avx512F.UnpackLow(c, d) + Avx512F.UnpackHigh(c, d);
        return Avx512F.Shuffle(first, second, LowHalves) + Avx512F.Shuffle(first, second, HighHalves);
    }
}
