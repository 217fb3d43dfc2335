using System.Runtime.Intrinsics.X86;
using GemmaInference.Model.Matrices;
using GemmaInference.Torch;

namespace Inference.Tests.Model.Matrices;

internal sealed class FewRowsProductTests
{
    [OneTimeSetUp]
    public void NeedsAvx512()
    {
        Assume.That(Avx512F.IsSupported, "It isn't used on other processors.");
        Assume.That(ComputeThreads.AreThere, "It isn't used with another OpenMP.");
    }

    /// <summary>Outputs of more than one stretch, and numbers of rows with and without a rest.</summary>
    [Test]
    public void It_is_the_exact_product([Values(1, 2, 4, 5, 8, 11, 12)] int rows, [Values(4, 8, 4100)] int outputs)
    {
        using var scope = TensorScope.Open();
        var (x, weight) = (Numbers(rows, 272), Numbers(outputs, 272));
        Assert.That(FewRowsProduct.Fits(x, outputs), Is.True);
        var actual = FewRowsProduct.Apply<Float32Weights>(x, weight, scales: null);
        Assert.That(actual.Shape.ToArray(), Is.EqualTo(new long[] { rows, outputs }));
        Assert.That(actual.ToArray<float>(), Is.EqualTo(Exact(x, weight)).Within(1e-4f));
    }

    [Test]
    public void Whole_numbers_are_scaled_by_output([Values(1, 3, 9)] int rows)
    {
        using var scope = TensorScope.Open();
        var x = Numbers(rows, 64);
        var steps = Tensor.Of([.. Enumerable.Range(0, 12 * 64).Select(i => (long)((i * 91 % 255) - 127))], Device.Cpu);
        var weight = steps.To(ScalarType.Int8).View(12, 64);
        var scales = Tensor.Of([.. Enumerable.Range(1, 12).Select(i => i / 16f)], Device.Cpu);
        var actual = FewRowsProduct.Apply<Int8Weights>(x, weight, scales);
        var exact = Exact(x, weight.To(ScalarType.Float32).Multiply(scales.Unsqueeze(1)));
        Assert.That(actual.ToArray<float>(), Is.EqualTo(exact).Within(1e-2f));
    }

    [Test]
    public void A_row_gets_the_same_numbers_alone_and_among_others()
    {
        using var scope = TensorScope.Open();
        var (x, weight) = (Numbers(11, 128), Numbers(64, 128));
        var together = FewRowsProduct.Apply<Float32Weights>(x, weight, scales: null);
        for (var row = 0; row < 11; row++)
        {
            var alone = FewRowsProduct.Apply<Float32Weights>(x.Narrow(0, row, 1), weight, scales: null);
            Assert.That(alone.ToArray<float>(), Is.EqualTo(together.Narrow(0, row, 1).ToArray<float>()));
        }
    }

    [Test]
    public void The_result_has_the_type_of_the_rows()
    {
        using var scope = TensorScope.Open();
        var x = Numbers(2, 64).To(ScalarType.BFloat16);
        Assert.That(
            FewRowsProduct.Apply<Float32Weights>(x, Numbers(8, 64), scales: null).Type,
            Is.EqualTo(ScalarType.BFloat16)
        );
    }

    [TestCase(64, 8, true)]
    [TestCase(72, 8, false)]
    [TestCase(64, 6, false)]
    public void Only_whole_vectors_and_blocks_of_outputs_fit(int columns, int outputs, bool fits)
    {
        using var scope = TensorScope.Open();
        Assert.That(FewRowsProduct.Fits(Numbers(1, columns), outputs), Is.EqualTo(fits));
    }

    /// <summary>In float64, which no product of the code at test has a hand in.</summary>
    private static float[] Exact(Tensor x, Tensor weight)
    {
        var (rows, outputs, columns) = ((int)x.Size(0), (int)weight.Size(0), (int)x.Size(1));
        var (from, by) = (x.ToArray<float>(), weight.ToArray<float>());
        var exact = new float[rows * outputs];
        for (var row = 0; row < rows; row++)
        {
            for (var output = 0; output < outputs; output++)
            {
                var sum = 0.0;
                for (var column = 0; column < columns; column++)
                {
                    sum += (double)from[(row * columns) + column] * by[(output * columns) + column];
                }

                exact[(row * outputs) + output] = (float)sum;
            }
        }

        return exact;
    }

    private static Tensor Numbers(int rows, int columns)
    {
        var random = new Random((rows * 1000) + columns);
        return Tensor
            .Of([.. Enumerable.Range(0, rows * columns).Select(_ => random.NextSingle() - 0.5f)], Device.Cpu)
            .View(rows, columns);
    }
}
