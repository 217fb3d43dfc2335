using GemmaInference.Model.Matrices;
using GemmaInference.Torch;

namespace Inference.Tests.Model.Matrices;

internal sealed class BlockedInt4MatrixTests
{
    private const int Outputs = 64;

    [OneTimeSetUp]
    public void AreUsedHere() => IntegerProducts.AreComputedHere();

    /// <summary>One group, and odd and even numbers of them.</summary>
    [Test]
    public void It_is_the_exact_product_of_rows_in_bytes([Range(1, 20)] int rows, [Values(32, 96, 640)] int columns)
    {
        using var scope = TensorScope.Open();
        var (steps, scales) = Weights(Outputs, columns);
        var x = IntegerProducts.Rows(rows, columns);
        var packed = Int4Blocks.Pack(steps, scales);
        IntegerProducts.AreExactInBytes(Int4Product.Apply(x, packed, Outputs), x, Outputs, Weight(steps, scales));
    }

    /// <summary>All weights are 15 and all numbers as large: more than this, 16 bits needn't hold.</summary>
    [Test]
    public void The_largest_sums_of_a_group_fit([Values(1, 4, 8)] int rows, [Values(1f, -1f)] float value)
    {
        using var scope = TensorScope.Open();
        var steps = Tensor.Full([Outputs, 64], 15, ScalarType.Int32, Device.Cpu);
        var scales = Tensor.Full([2, Outputs, 2], 1, ScalarType.Float32, Device.Cpu);
        var x = Tensor.Full([rows, 64], value, ScalarType.BFloat16, Device.Cpu);
        var product = Int4Product.Apply(x, Int4Blocks.Pack(steps, scales), Outputs);
        Assert.That(IntegerProducts.Floats(product), Is.All.EqualTo(64 * value * (15 - 8 + 1)));
    }

    /// <summary>Where weights are widened, they are rounded to bfloat16 once more, and rows stay as they are.</summary>
    [Test]
    public void Widened_it_is_nearly_the_same([Values(1, 13, 16, 17, 40)] int rows, [Values(32, 96, 640)] int columns)
    {
        using var scope = TensorScope.Open();
        var (steps, scales) = Weights(Outputs, columns);
        using var held = BlockedInt4Matrix.Of(steps, scales);
        var x = IntegerProducts.Rows(rows, columns);
        var actual = IntegerProducts.Floats(held.ApplyWidened(x));
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

    /// <summary>Prompts among them, whose rows are shared out.</summary>
    [Test]
    public void A_row_gets_the_same_numbers_alone_and_among_others([Values(12, 21, 64, 65, 150)] int rows)
    {
        using var scope = TensorScope.Open();
        var (steps, scales) = Weights(Outputs, 640);
        var packed = Int4Blocks.Pack(steps, scales);
        var x = IntegerProducts.Rows(rows, 640);
        var together = Int4Product.Apply(x, packed, Outputs);
        for (var row = 0; row < rows; row++)
        {
            Assert.That(
                IntegerProducts.Floats(Int4Product.Apply(x.Narrow(0, row, 1), packed, Outputs)),
                Is.EqualTo(IntegerProducts.Floats(together.Narrow(0, row, 1)))
            );
        }
    }

    /// <summary>Outputs of more than one stretch, the last of them not whole.</summary>
    [Test]
    public void Stretches_of_outputs_leave_none_out([Values(1, 5, 8, 66)] int rows)
    {
        using var scope = TensorScope.Open();
        var (steps, scales) = Weights(8320, 32);
        using var held = BlockedInt4Matrix.Of(steps, scales);
        var x = IntegerProducts.Rows(rows, 32);
        IntegerProducts.AreExactInBytes(held.Apply(x), x, 8320, Weight(steps, scales));
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
