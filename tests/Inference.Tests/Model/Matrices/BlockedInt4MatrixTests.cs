using GemmaInference.Model.Matrices;
using GemmaInference.Torch;

namespace Inference.Tests.Model.Matrices;

internal sealed class BlockedInt4MatrixTests
{
    private const int Outputs = 64;

    [OneTimeSetUp]
    public void AreUsedHere() => IntegerProducts.AreComputedHere();

    /// <summary>One group, and odd and even numbers of them; on both sides of where weights are widened.</summary>
    [Test]
    public void It_is_the_exact_product([Range(1, 12)] int rows, [Values(32, 96, 640)] int columns)
    {
        using var scope = TensorScope.Open();
        var (steps, scales) = Weights(Outputs, columns);
        using var held = BlockedInt4Matrix.Of(steps, scales);
        var x = IntegerProducts.Rows(rows, columns);
        IntegerProducts.AreExact(held.Apply(x), x, Outputs, Weight(steps, scales));
    }

    /// <summary>Whose weights are rounded to bfloat16 once more.</summary>
    [Test]
    public void More_rows_get_nearly_the_same([Values(13, 16, 17, 40)] int rows, [Values(32, 96, 640)] int columns)
    {
        using var scope = TensorScope.Open();
        var (steps, scales) = Weights(Outputs, columns);
        using var held = BlockedInt4Matrix.Of(steps, scales);
        var x = IntegerProducts.Rows(rows, columns);
        var actual = IntegerProducts.Floats(held.Apply(x));
        var few = Enumerable
            .Range(0, rows)
            .SelectMany(row => IntegerProducts.Floats(held.Apply(x.Narrow(0, row, 1))))
            .ToArray();
        Assert.That(actual, Is.EqualTo(few).Within(few.Max(Math.Abs) / 64));
    }

    [Test]
    public void What_is_widened_is_what_was_laid_out()
    {
        using var scope = TensorScope.Open();
        var (steps, scales) = Weights(128, 96);
        var packed = Int4Blocks.Pack(steps, scales);
        var weight = Weight(steps, scales);
        var whole = IntegerProducts.Floats(Int4Widening.Widen(packed, 0, 4, 96));
        var part = IntegerProducts.Floats(Int4Widening.Widen(packed, 1, 2, 96));
        for (var column = 0; column < 96; column++)
        {
            for (var output = 0; output < 128; output++)
            {
                var exact = weight(output, column);
                var found = whole[(column * 128) + output];
                Assert.That(found, Is.EqualTo(exact).Within(Math.Abs(exact) / 256));
                if (output is >= 32 and < 96)
                {
                    Assert.That(part[(column * 64) + output - 32], Is.EqualTo(found));
                }
            }
        }
    }

    [Test]
    public void A_row_gets_the_same_numbers_alone_and_among_others()
    {
        using var scope = TensorScope.Open();
        var (steps, scales) = Weights(Outputs, 640);
        using var held = BlockedInt4Matrix.Of(steps, scales);
        var x = IntegerProducts.Rows(12, 640);
        var together = held.Apply(x);
        for (var row = 0; row < 12; row++)
        {
            Assert.That(
                IntegerProducts.Floats(held.Apply(x.Narrow(0, row, 1))),
                Is.EqualTo(IntegerProducts.Floats(together.Narrow(0, row, 1)))
            );
        }
    }

    /// <summary>Outputs of more than one stretch, the last of them not whole.</summary>
    [Test]
    public void Stretches_of_outputs_leave_none_out([Values(1, 5, 8)] int rows)
    {
        using var scope = TensorScope.Open();
        var (steps, scales) = Weights(8320, 32);
        using var held = BlockedInt4Matrix.Of(steps, scales);
        var x = IntegerProducts.Rows(rows, 32);
        IntegerProducts.AreExact(held.Apply(x), x, 8320, Weight(steps, scales));
    }

    [Test]
    public void Groups_without_a_scale_have_their_middle_everywhere([Values(1, 8, 20)] int rows)
    {
        using var scope = TensorScope.Open();
        var weight = Tensor.Full([Outputs, 64], 0.5, ScalarType.Float32, Device.Cpu);
        using var held = Int4Matrix.Quantize(weight, ScalarType.BFloat16, Device.Cpu);
        var x = Tensor.Full([rows, 64], 2, ScalarType.BFloat16, Device.Cpu);
        Assert.That(held, Is.InstanceOf<BlockedInt4Matrix>());
        Assert.That(IntegerProducts.Floats(held.Apply(x)), Is.All.EqualTo(64));
    }

    /// <summary>Against libtorch's own product of the same numbers, which widens rows to float32.</summary>
    [Test]
    public void It_is_what_libtorch_computes([Values(1, 2, 8, 12)] int rows)
    {
        using var scope = TensorScope.Open();
        var (steps, scales) = Weights(Outputs, 640);
        using var held = BlockedInt4Matrix.Of(steps, scales);
        var x = IntegerProducts.Rows(rows, 640);
        var expected = IntegerProducts.Floats(
            x.LinearInt4(steps.PackInt4(), Int4Matrix.Group, scales.To(ScalarType.BFloat16))
        );
        Assert.That(IntegerProducts.Floats(held.Apply(x)), Is.EqualTo(expected).Within(expected.Max(Math.Abs) / 128));
    }

    [Test]
    public void Other_rows_are_refused()
    {
        using var scope = TensorScope.Open();
        var (steps, scales) = Weights(Outputs, 64);
        using var held = BlockedInt4Matrix.Of(steps, scales);
        Assert.That(() => held.Apply(IntegerProducts.Rows(1, 32)), Throws.ArgumentException);
        Assert.That(() => held.Apply(IntegerProducts.Numbers(1, 64, 1)), Throws.ArgumentException);
    }

    [Test]
    public void In_float32_libtorch_multiplies()
    {
        using var scope = TensorScope.Open();
        using var held = Int4Matrix.Quantize(IntegerProducts.Numbers(Outputs, 64, 3), ScalarType.Float32, Device.Cpu);
        Assert.That(held, Is.InstanceOf<Int4Matrix>());
    }

    private static Func<int, int, double> Weight(Tensor steps, Tensor scales)
    {
        var (numbers, by) = (steps.ToArray<int>(), scales.ToArray<float>());
        var (outputs, columns) = ((int)steps.Size(0), (int)steps.Size(1));
        return (output, column) =>
        {
            var at = 2 * ((column / Int4Matrix.Group * outputs) + output);
            return ((numbers[(output * columns) + column] - 8) * (double)by[at]) + by[at + 1];
        };
    }

    private static (Tensor Steps, Tensor Scales) Weights(int outputs, int columns)
    {
        var random = new Random(columns);
        var groups = columns / Int4Matrix.Group;
        var steps = Tensor
            .Of([.. Enumerable.Range(0, outputs * columns).Select(_ => random.NextInt64(16))], Device.Cpu)
            .To(ScalarType.Int32)
            .View(outputs, columns);
        var scales = IntegerProducts.Numbers(groups * outputs, 2, columns);
        return (steps, scales.To(ScalarType.BFloat16).To(ScalarType.Float32).View(groups, outputs, 2));
    }
}
