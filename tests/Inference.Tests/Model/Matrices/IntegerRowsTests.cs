using GemmaInference.Model.Matrices;
using GemmaInference.Torch;

namespace Inference.Tests.Model.Matrices;

internal sealed class IntegerRowsTests
{
    private const int Columns = 96;
    private const int Block = 64;

    [OneTimeSetUp]
    public void AreUsedHere() => IntegerProducts.AreComputedHere();

    [Test]
    public void Numbers_down_to_a_128th_of_the_largest_stay_exact()
    {
        using var scope = TensorScope.Open();
        float[] numbers = [255, -254, 2.109375f, -1.0078125f, 1, .. Enumerable.Repeat(0f, Columns - 5)];
        Assert.That(Held(numbers), Is.EqualTo(numbers));
    }

    [Test]
    public void Smaller_ones_lose_no_more_than_a_128th_of_what_the_largest_may_have_lost([Range(1, 20)] int seed)
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
        foreach (var (start, end) in new[] { (0, Block), (Block, Columns) })
        {
            var largest = rounded[start..end].Max(Math.Abs);
            var lost = MathF.Pow(2, MathF.Floor(MathF.Log2(largest)) - 8) / 128;
            Assert.That(held[start..end], Is.EqualTo(rounded[start..end]).Within(lost));
        }
    }

    [Test]
    public unsafe void Sums_are_of_a_block_and_further_rows_are_zeros()
    {
        using var scope = TensorScope.Open();
        var rows = IntegerRows.Of(IntegerProducts.Rows(3, Columns), 4, Block);
        Assert.That((rows.Count, rows.Blocks), Is.EqualTo((4L, 2L)));
        for (var row = 0; row < 4; row++)
        {
            var numbers = new ReadOnlySpan<short>(rows.Numbers + (row * Columns), Columns).ToArray();
            Assert.That(rows.Sums[row * 2], Is.EqualTo(numbers[..Block].Sum(number => number)));
            Assert.That(rows.Sums[(row * 2) + 1], Is.EqualTo(numbers[Block..].Sum(number => number)));
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
        Assert.That(held[..Block], Is.All.EqualTo(1f));
        Assert.That(held[Block..], Is.All.NaN);
    }

    [TestCase(3.3895314e38f, Description = "the largest bfloat16")]
    [TestCase(1.1754944e-38f, Description = "the smallest with all its bits")]
    [TestCase(9.18355e-41f, Description = "the smallest")]
    [TestCase(0f)]
    public void However_large_or_small_the_largest_is_no_number_comes_out_far_from_itself(float value)
    {
        using var scope = TensorScope.Open();
        float[] numbers = [value, -value, .. Enumerable.Repeat(0f, Columns - 2)];
        Assert.That(Held(numbers), Is.EqualTo(numbers).Within(1e-38f));
    }

    [TestCase(Columns, ScalarType.BFloat16, true)]
    [TestCase(Columns + 16, ScalarType.BFloat16, false)]
    [TestCase(Columns, ScalarType.Float32, false)]
    public void Only_whole_registers_of_bfloat16_fit(int columns, ScalarType type, bool fits)
    {
        using var scope = TensorScope.Open();
        var x = Tensor.Zeros([1, columns], type, Device.Cpu);
        Assert.That(IntegerRows.Fits(x), Is.EqualTo(fits));
        Assert.That(() => IntegerRows.Of(x, 1, Block), fits ? Throws.Nothing : Throws.ArgumentException);
    }

    /// <summary>Returns what numbers of one row are held as.</summary>
    private static unsafe float[] Held(float[] numbers)
    {
        var rows = IntegerRows.Of(Row(numbers), 1, Block);
        var held = new float[numbers.Length];
        for (var i = 0; i < held.Length; i++)
        {
            held[i] = rows.Numbers[i] * rows.Steps[i / Block];
        }

        return held;
    }

    private static Tensor Row(float[] numbers) =>
        Tensor.Of(numbers, Device.Cpu).View(1, numbers.Length).To(ScalarType.BFloat16);
}
