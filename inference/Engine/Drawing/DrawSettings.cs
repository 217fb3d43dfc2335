using System.Runtime.InteropServices;

namespace GemmaInference.Engine.Drawing;

/// <summary>Holds how one row's token is chosen from its logits alone.</summary>
/// <param name="Temperature">1 where it is greedy.</param>
/// <param name="TopK">The largest number where there is none.</param>
/// <param name="Uniform">A random number in [0, 1).</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct DrawSettings(
    RowDraw Kind,
    float Temperature,
    float TopK,
    float TopP,
    float Uniform,
    float MinP
);
