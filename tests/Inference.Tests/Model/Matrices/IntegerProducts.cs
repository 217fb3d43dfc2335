using System.Runtime.Intrinsics.X86;
using GemmaInference.Model.Matrices;
using GemmaInference.Torch;

namespace Inference.Tests.Model.Matrices;

/// <summary>Gives products in whole numbers something to multiply, and what must come of it.</summary>
internal static class IntegerProducts
{
    /// <summary>What the last rounding, to bfloat16, may change at most.</summary>
    private const float Rounding = 1f / 256;

    public static void AreComputedHere()
    {
        Assume.That(Avx512BW.IsSupported, "They aren't used on other processors.");
        Assume.That(ComputeThreads.AreThere, "They aren't used with another OpenMP.");
    }

    /// <summary>Makes rows in bfloat16.</summary>
    public static Tensor Rows(int rows, int columns) => Numbers(rows, columns, rows).To(ScalarType.BFloat16);

    public static Tensor Numbers(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        return Tensor
            .Of([.. Enumerable.Range(0, rows * columns).Select(_ => (random.NextSingle() * 2) - 1)], Device.Cpu)
            .View(rows, columns);
    }

    public static float[] Floats(Tensor tensor) => tensor.To(ScalarType.Float32).ToArray<float>();

    /// <summary>Returns what rows in bfloat16 are as bytes and factors.</summary>
    public static unsafe float[] InBytes(Tensor x)
    {
        var rows = ByteRows.Of(x, x.Size(0));
        var held = new float[rows.Count * rows.Columns];
        for (var i = 0; i < held.Length; i++)
        {
            held[i] = rows.Numbers[i] * rows.Steps[i / ByteRows.Block];
        }

        return held;
    }

    /// <summary>Compares with the exact product, in float64.</summary>
    /// <param name="weight">Of output and column.</param>
    public static void AreExact(Tensor actual, Tensor x, int outputs, Func<int, int, double> weight) =>
        AreExact(actual, Floats(x), (int)x.Size(0), (int)x.Size(1), outputs, weight);

    /// <summary>Compares with the exact product of what rows are as bytes.</summary>
    /// <param name="weight">Of output and column.</param>
    public static void AreExactInBytes(Tensor actual, Tensor x, int outputs, Func<int, int, double> weight) =>
        AreExact(actual, InBytes(x), (int)x.Size(0), (int)x.Size(1), outputs, weight);

    private static void AreExact(
        Tensor actual,
        float[] from,
        int rows,
        int columns,
        int outputs,
        Func<int, int, double> weight
    )
    {
        Assert.That(actual.Shape.ToArray(), Is.EqualTo(new long[] { rows, outputs }));
        Assert.That(actual.Type, Is.EqualTo(ScalarType.BFloat16));
        var found = Floats(actual);
        for (var row = 0; row < rows; row++)
        {
            for (var output = 0; output < outputs; output++)
            {
                var (sum, size) = (0.0, 0.0);
                for (var column = 0; column < columns; column++)
                {
                    var product = from[(row * columns) + column] * weight(output, column);
                    (sum, size) = (sum + product, size + Math.Abs(product));
                }

                // What cancels out was rounded before: a millionth of all that was added.
                Assert.That(
                    found[(row * outputs) + output],
                    Is.EqualTo(sum).Within((Math.Abs(sum) * Rounding) + (size * 1e-6)),
                    $"row {row}, output {output}"
                );
            }
        }
    }
}
