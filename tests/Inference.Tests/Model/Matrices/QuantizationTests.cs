using GemmaInference.Model.Matrices;
using GemmaInference.Torch;

namespace Inference.Tests.Model.Matrices;

internal sealed class QuantizationTests
{
    [Test]
    public void A_product_of_8_bits_is_near_the_exact_one(
        [Values(1, 5, 40)] int rows,
        [Values(ScalarType.Float32, ScalarType.BFloat16)] ScalarType type
    ) => Near(Int8Matrix.Quantize, rows, type, 0.02);

    [Test]
    public void A_product_of_4_bits_is_near_the_exact_one(
        [Values(1, 5, 40)] int rows,
        [Values(ScalarType.Float32, ScalarType.BFloat16)] ScalarType type
    ) => Near(Int4Matrix.Quantize, rows, type, 0.15);

    [Test]
    public void Rows_of_8_bits_come_back_near_what_they_were()
    {
        using var scope = TensorScope.Open();
        var weight = Weight(64, 64);
        using var held = Int8Matrix.Quantize(weight, ScalarType.Float32, Device.Cpu);
        var row = held.Rows(Tensor.Of([7L], Device.Cpu)).ToArray<float>();
        var exact = weight.Select(7).ToArray<float>();
        Assert.That(row.Zip(exact).Max(pair => Math.Abs(pair.First - pair.Second)), Is.LessThan(0.5 / 127));
    }

    [Test]
    public void Zeros_stay_zeros([Values] bool four)
    {
        using var scope = TensorScope.Open();
        var weight = Tensor.Zeros([64, 64], ScalarType.Float32, Device.Cpu);
        using Matrix held = four
            ? Int4Matrix.Quantize(weight, ScalarType.BFloat16, Device.Cpu)
            : Int8Matrix.Quantize(weight, ScalarType.BFloat16, Device.Cpu);
        var x = Tensor.Full([1, 64], 1, ScalarType.BFloat16, Device.Cpu);
        Assert.That(held.Apply(x).To(ScalarType.Float32).ToArray<float>(), Is.All.Zero);
    }

    [Test]
    public void Four_bits_take_a_third_of_sixteen()
    {
        using var scope = TensorScope.Open();
        using var held = Int4Matrix.Quantize(Weight(64, 64), ScalarType.BFloat16, Device.Cpu);
        // Half a byte each, and two numbers of two bytes for 32 of them.
        Assert.That(held.Bytes, Is.EqualTo((64 * 64 / 2) + (64 * 2 * 4)));
    }

    [TestCase(64, 64, true)]
    [TestCase(64, 40, false)]
    [TestCase(48, 64, false)]
    public void Only_whole_groups_and_blocks_are_held_as_4_bits(int outputs, int columns, bool fits) =>
        Assert.That(Int4Matrix.Fits(outputs, columns), Is.EqualTo(fits));

    [TestCase(128, true)]
    [TestCase(704, false, Description = "what experts of Gemma 4 26B have")]
    public void A_gpu_takes_whole_tiles_of_columns(int columns, bool fits) =>
        Assert.That(Int4Matrix.Fits(64, columns, Device.Cuda), Is.EqualTo(fits));

    private static void Near(
        Func<Tensor, ScalarType, Device, Matrix> quantize,
        int rows,
        ScalarType type,
        double tolerance
    )
    {
        using var scope = TensorScope.Open();
        var weight = Weight(128, 256);
        using var held = quantize(weight, type, Device.Cpu);
        var x = Weight(rows, 256);
        var exact = x.Linear(weight).ToArray<float>();
        var actual = held.Apply(x.To(type)).To(ScalarType.Float32).ToArray<float>();
        // Relative to the size of what comes out, as a whole.
        var error = exact.Zip(actual).Sum(pair => Math.Pow(pair.First - pair.Second, 2));
        Assert.That(Math.Sqrt(error / exact.Sum(value => value * value)), Is.LessThan(tolerance));
    }

    private static Tensor Weight(int rows, int columns)
    {
        var random = new Random(rows + columns);
        return Tensor
            .Of([.. Enumerable.Range(0, rows * columns).Select(_ => random.NextSingle() - 0.5f)], Device.Cpu)
            .View(rows, columns);
    }
}
