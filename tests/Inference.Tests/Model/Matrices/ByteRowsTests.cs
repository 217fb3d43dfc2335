using GemmaInference.Model.Matrices;
using GemmaInference.Torch;

namespace Inference.Tests.Model.Matrices;

internal sealed class ByteRowsTests
{
    private const int Columns = 96;

    [OneTimeSetUp]
    public void AreUsedHere() => IntegerProducts.AreComputedHere();

    [Test]
    public void A_number_loses_a_254th_of_its_block_s_largest_at_most([Range(1, 20)] int seed)
    {
        using var scope = TensorScope.Open();
        var random = new Random(seed);
        float[] numbers =
        [
            .. Enumerable
                .Range(0, Columns)
                .Select(_ => (float)((random.NextDouble() - 0.5) * Math.Exp(random.Next(9)))),
        ];
        var rounded = IntegerProducts.Floats(Row(numbers));
        var held = Held(numbers);
        for (var start = 0; start < Columns; start += ByteRows.Block)
        {
            var block = start..(start + ByteRows.Block);
            var largest = rounded[block].Max(Math.Abs);
            Assert.That(held[block], Is.EqualTo(rounded[block]).Within(largest * (1 + 1e-5f) / 254));
            Assert.That(held[block].Max(Math.Abs), Is.EqualTo(largest).Within(largest * 1e-6f));
        }
    }

    /// <summary>More blocks than a thread takes at once.</summary>
    [Test]
    public void Rows_of_a_long_prompt_are_held_as_each_is_alone()
    {
        using var scope = TensorScope.Open();
        var x = IntegerProducts.Rows(150, 640);
        var together = IntegerProducts.InBytes(x);
        for (var row = 0; row < 150; row++)
        {
            var alone = IntegerProducts.InBytes(x.Narrow(0, row, 1));
            Assert.That(together.AsSpan(row * 640, 640).SequenceEqual(alone), $"row {row}");
        }
    }

    [Test]
    public unsafe void Sums_are_of_a_block_and_further_rows_are_zeros()
    {
        using var scope = TensorScope.Open();
        var rows = ByteRows.Of(IntegerProducts.Rows(3, Columns), 4);
        Assert.That((rows.Count, rows.Columns, rows.Blocks), Is.EqualTo((4L, (long)Columns, 3L)));
        for (var row = 0; row < 4; row++)
        {
            var numbers = new ReadOnlySpan<sbyte>(rows.Numbers + (row * Columns), Columns).ToArray();
            for (var block = 0; block < 3; block++)
            {
                Assert.That(
                    rows.Sums[(row * 3) + block],
                    Is.EqualTo(numbers.Skip(block * ByteRows.Block).Take(ByteRows.Block).Sum(number => number))
                );
            }

            Assert.That(numbers, row == 3 ? Is.All.Zero : Has.Some.Not.Zero);
        }
    }

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    [TestCase(float.NegativeInfinity)]
    public void What_is_no_number_makes_none_of_its_block(float value)
    {
        using var scope = TensorScope.Open();
        var held = Held([.. Enumerable.Repeat(1f, Columns - 1), value]);
        Assert.That(held[..64], Is.All.EqualTo(1f).Within(1e-6f));
        Assert.That(held[64..], Is.All.NaN);
    }

    [TestCase(3.3895314e38f, Description = "the largest bfloat16")]
    [TestCase(1.1754944e-38f, Description = "the smallest with all its bits")]
    [TestCase(9.18355e-41f, Description = "the smallest")]
    [TestCase(1.9e-34f, Description = "of nothing, just")]
    [TestCase(2e-34f, Description = "the smallest of something")]
    [TestCase(0f)]
    public void However_large_or_small_the_largest_is_no_number_comes_out_far_from_itself(float value)
    {
        using var scope = TensorScope.Open();
        float[] numbers = [value, -value, .. Enumerable.Repeat(0f, Columns - 2)];
        var held = Held(numbers);
        float[] expected = value < 1.95e-34f ? new float[Columns] : IntegerProducts.Floats(Row(numbers));
        Assert.That(held, Is.EqualTo(expected).Within(value / 100));
    }

    [TestCase(Columns, ScalarType.BFloat16, true)]
    [TestCase(Columns + 16, ScalarType.BFloat16, false)]
    [TestCase(Columns, ScalarType.Float32, false)]
    public void Only_whole_blocks_of_bfloat16_fit(int columns, ScalarType type, bool fits)
    {
        using var scope = TensorScope.Open();
        var x = Tensor.Zeros([1, columns], type, Device.Cpu);
        Assert.That(() => ByteRows.Of(x, 1), fits ? Throws.Nothing : Throws.ArgumentException);
    }

    /// <summary>Returns what numbers of one row are held as.</summary>
    private static float[] Held(float[] numbers) => IntegerProducts.InBytes(Row(numbers));

    private static Tensor Row(float[] numbers) =>
        Tensor.Of(numbers, Device.Cpu).View(1, numbers.Length).To(ScalarType.BFloat16);
}
