using System.Numerics;
using System.Runtime.InteropServices;
using GemmaInference.Engine.Drawing;
using GemmaInference.Model;

namespace GemmaInference.Engine.Graphs;

/// <summary>Names a graph by the shapes that it was recorded in, which many steps fit.</summary>
/// <param name="Rows">Sequences; a step with fewer repeats its first.</param>
/// <param name="Length">Bounds the positions.</param>
/// <param name="Draw">The most that a row needs; null where logits are wanted.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct GraphKey(int Rows, int Length, RowDraw? Draw)
{
    /// <summary>Shorter ones hardly cost less.</summary>
    private const int LeastLength = 256;

    /// <summary>Decides which graph a step needs: the next powers of two, so that there are few.</summary>
    /// <param name="isPacked">Whether what isn't there of a sequence costs nothing.</param>
    public static GraphKey Of(IReadOnlyList<StepRow> rows, RowDraw? draw, int slots, int context, bool isPacked)
    {
        var needed = rows.Max(row => row.Start) + 1;
        return new GraphKey(
            Math.Min(slots, PowerAbove(rows.Count)),
            isPacked ? context : Math.Min(context, Math.Max(LeastLength, PowerAbove(needed))),
            draw
        );
    }

    private static int PowerAbove(int number) => (int)BitOperations.RoundUpToPowerOf2((uint)number);
}
