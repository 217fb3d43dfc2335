using GemmaInference.Model.Matrices;
using GemmaInference.Torch;

namespace Inference.Tests.Model.Matrices;

internal sealed class Int8ProductTests
{
    [OneTimeSetUp]
    public void AreUsedHere() => IntegerProducts.AreComputedHere();

    /// <summary>Columns of less than a block, of one, and of several and a rest.</summary>
    [Test]
    public void It_is_the_exact_product([Range(1, 17)] int rows, [Values(32, 1024, 2336)] int columns)
    {
        using var scope = TensorScope.Open();
        var (x, (weight, scales)) = (IntegerProducts.Rows(rows, columns), Weights(12, columns));
        Assert.That(Int8Product.Fits(x, 12), Is.True);
        var (steps, by) = (weight.ToArray<sbyte>(), scales.ToArray<float>());
        IntegerProducts.AreExact(
            Int8Product.Apply(x, weight, scales),
            x,
            12,
            (output, column) => (double)steps[(output * columns) + column] * by[output]
        );
    }

    /// <summary>Outputs of more than one stretch, the last of them not whole.</summary>
    [Test]
    public void Stretches_of_outputs_leave_none_out([Values(1, 5, 8)] int rows)
    {
        using var scope = TensorScope.Open();
        var (x, (weight, scales)) = (IntegerProducts.Rows(rows, 32), Weights(8196, 32));
        var (steps, by) = (weight.ToArray<sbyte>(), scales.ToArray<float>());
        IntegerProducts.AreExact(
            Int8Product.Apply(x, weight, scales),
            x,
            8196,
            (output, column) => (double)steps[(output * 32) + column] * by[output]
        );
    }

    [Test]
    public void The_largest_sums_do_not_overflow([Values(1, 4, 8)] int rows)
    {
        using var scope = TensorScope.Open();
        var x = Tensor.Full([rows, 9216], 255, ScalarType.BFloat16, Device.Cpu);
        var weight = Tensor.Full([4, 9216], -127, ScalarType.Int8, Device.Cpu);
        var scales = Tensor.Full([4], 1, ScalarType.Float32, Device.Cpu);
        var expected = -127.0 * 255 * 9216;
        Assert.That(
            IntegerProducts.Floats(Int8Product.Apply(x, weight, scales)),
            Is.All.EqualTo(expected).Within(-expected / 256)
        );
    }

    [Test]
    public void A_row_gets_the_same_numbers_alone_and_among_others()
    {
        using var scope = TensorScope.Open();
        using var held = Int8Matrix.Quantize(IntegerProducts.Numbers(64, 1280, 5), ScalarType.BFloat16, Device.Cpu);
        var x = IntegerProducts.Rows(12, 1280);
        var together = held.Apply(x);
        for (var row = 0; row < 12; row++)
        {
            Assert.That(
                IntegerProducts.Floats(held.Apply(x.Narrow(0, row, 1))),
                Is.EqualTo(IntegerProducts.Floats(together.Narrow(0, row, 1)))
            );
        }
    }

    [Test]
    public void Rows_of_another_width_are_refused()
    {
        using var scope = TensorScope.Open();
        var (weight, scales) = Weights(4, 64);
        Assert.That(() => Int8Product.Apply(IntegerProducts.Rows(1, 32), weight, scales), Throws.ArgumentException);
    }

    [Test]
    public void Only_blocks_of_outputs_fit()
    {
        using var scope = TensorScope.Open();
        Assert.That(Int8Product.Fits(IntegerProducts.Rows(1, 64), 6), Is.False);
    }

    private static (Tensor Weight, Tensor Scales) Weights(int outputs, int columns)
    {
        var random = new Random(columns);
        return (
            Tensor
                .Of([.. Enumerable.Range(0, outputs * columns).Select(_ => random.NextInt64(-127, 128))], Device.Cpu)
                .To(ScalarType.Int8)
                .View(outputs, columns),
            Tensor.Of([.. Enumerable.Range(1, outputs).Select(i => i / 16f)], Device.Cpu)
        );
    }
}
