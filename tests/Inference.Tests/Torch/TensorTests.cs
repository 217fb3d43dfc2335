using GemmaInference.Torch;

namespace Inference.Tests.Torch;

/// <summary>Operators do what their names say: expected numbers are worked out here.</summary>
internal sealed class TensorTests
{
    private const float Tiny = 1e-6f;

    [Test]
    public void Views_walk_the_same_memory()
    {
        using var scope = TensorScope.Open();
        var x = Counted(24).View(2, 3, 4);
        Assert.That(
            Numbers(x.Narrow(1, 1, 2)),
            Is.EqualTo(new float[] { 4, 5, 6, 7, 8, 9, 10, 11, 16, 17, 18, 19, 20, 21, 22, 23 })
        );
        Assert.That(Numbers(x.Narrow(-1, -1, 1)), Is.EqualTo(new float[] { 3, 7, 11, 15, 19, 23 }));
        Assert.That(Numbers(x.Select(1).Select(2)), Is.EqualTo(new float[] { 20, 21, 22, 23 }));
        Assert.That(
            Numbers(x.Select(0).Transposed()),
            Is.EqualTo(new float[] { 0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11 })
        );
        Assert.That(x.Permute(2, 0, 1).Shape.ToArray(), Is.EqualTo(new long[] { 4, 2, 3 }));
        Assert.That(
            Numbers(x.Permute(2, 0, 1)),
            Is.EqualTo(Enumerable.Range(0, 24).Select(i => (float)((i % 6 * 4) + (i / 6))))
        );
        Assert.That(x.Unsqueeze(1).Shape.ToArray(), Is.EqualTo(new long[] { 2, 1, 3, 4 }));
        Assert.That(Numbers(Counted(2).Unsqueeze(1).Expand(2, 3)), Is.EqualTo(new float[] { 0, 0, 0, 1, 1, 1 }));
        Assert.That(Numbers(Counted(2).Expand(2, 2)), Is.EqualTo(new float[] { 0, 1, 0, 1 }));
    }

    [Test]
    public void A_view_is_given_where_strides_allow_one_and_a_copy_elsewhere()
    {
        using var scope = TensorScope.Open();
        var x = Counted(24).View(2, 12);
        // A stretch of each row: its own dimension may be split, but not joined with the rows.
        var part = x.Narrow(1, 4, 6);
        Assert.That(Numbers(part.View(2, 1, 3, 2)), Is.EqualTo(Numbers(part)));
        Assert.That(() => part.View(12), Throws.InvalidOperationException);
        Assert.That(Numbers(part.Reshape(3, -1)), Is.EqualTo(Numbers(part)));
        Assert.That(() => part.View(5, -1), Throws.ArgumentException);
        Assert.That(() => x.Narrow(1, 7, 6), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => x.Narrow(0, -3, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => x.Expand(3, 12), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(Numbers(x.Narrow(0, 1, 1).View(12)), Is.EqualTo(Numbers(x.Select(1))), "one row has no gaps");
    }

    [Test]
    public void Arithmetic_is_that_of_its_names()
    {
        using var scope = TensorScope.Open();
        var x = Tensor.Of([1f, -2, 3, 0.5f], Device.Cpu);
        var y = Tensor.Of([2f, 4, -1, 8], Device.Cpu);
        Holds(x.Add(y), 3, 2, 2, 8.5f);
        Holds(x.Add(1.5), 2.5f, -0.5f, 4.5f, 2);
        Holds(x.Subtract(y), -1, -6, 4, -7.5f);
        Holds(x.Multiply(y), 2, -8, -3, 4);
        Holds(x.Multiply(-2), -2, 4, -6, -1);
        Holds(x.Divide(y), 0.5f, -0.5f, -3, 0.0625f);
        Holds(x.Minimum(y), 1, -2, -1, 0.5f);
        Holds(y.Reciprocal(), 0.5f, 0.25f, -1, 0.125f);
        Holds(Tensor.Of([2f, 3], Device.Cpu).Power(Tensor.Of([3f, 2], Device.Cpu)), 8, 9);
        Holds(x.Cos(), MathF.Cos(1), MathF.Cos(2), MathF.Cos(3), MathF.Cos(0.5f));
        Holds(x.Sin(), MathF.Sin(1), -MathF.Sin(2), MathF.Sin(3), MathF.Sin(0.5f));
        Holds(Tensor.Of([1f, -2, 3], Device.Cpu).TanhInPlace(), MathF.Tanh(1), MathF.Tanh(-2), MathF.Tanh(3));
        Holds(Tensor.Of([1f, -2, 3], Device.Cpu).GeluTanh(), Gelu(1), Gelu(-2), Gelu(3));
        Holds(x.CumulatedSum(), 1, -1, 2, 2.5f);
        Holds(x.Sum(), 2.5f);
        Holds(x.View(2, 2).Linear(Tensor.Of([2f, 4, -1, 8, 0, 1], Device.Cpu).View(3, 2)), -6, -17, -2, 8, 1, 0.5f);
        Holds(x.View(2, 2).MatrixProduct(y.View(2, 2)), 4, -12, 5.5f, 16);
        Holds(Tensor.Of([1f, 1], Device.Cpu).Softmax(), 0.5f, 0.5f);
        Holds(Tensor.Of([1f, 1], Device.Cpu).LogSoftmax(), -MathF.Log(2), -MathF.Log(2));
        Holds(x.Where(x.Greater(Tensor.Number(0f)), y), 1, 4, 3, 0.5f);
    }

    [Test]
    public void Norms_divide_by_the_root_of_the_mean_square([Values] bool weighted)
    {
        using var scope = TensorScope.Open();
        float[] values = [.. Enumerable.Range(0, 60).Select(i => -3 + (8f * i / 59))],
            weights = [.. Enumerable.Range(0, 15).Select(i => weighted ? 0.5f + (i / 10f) : 1)];
        var normed = Tensor
            .Of(values, Device.Cpu)
            .View(4, 15)
            .RmsNorm(weighted ? Tensor.Of(weights, Device.Cpu) : null, 1e-3);
        var expected = values
            .Chunk(15)
            .SelectMany(row =>
                row.Select((x, i) => (float)(x / Math.Sqrt(row.Average(v => (double)v * v) + 1e-3) * weights[i]))
            );
        Assert.That(Numbers(normed), Is.EqualTo(expected).Within(Tiny));
    }

    [Test]
    public void Attention_weighs_values_by_softmax_of_scaled_scores([Values] bool masked, [Values] bool scaled)
    {
        using var scope = TensorScope.Open();
        var (query, keys) = (Tensor.Of([1f, 2], Device.Cpu), Tensor.Of([1f, 0, 0, 1, 1, 1], Device.Cpu));
        Tensor? mask = masked ? Tensor.Of([0f, 0, float.NegativeInfinity], Device.Cpu).View(1, 1, 1, 3) : null;
        var result = query
            .View(1, 1, 1, 2)
            .Attention(keys.View(1, 1, 3, 2), keys.View(1, 1, 3, 2), mask, scaled ? 0.3 : null);
        var scale = scaled ? 0.3 : 1 / Math.Sqrt(2);
        double[] weights = [Math.Exp(1 * scale), Math.Exp(2 * scale), masked ? 0 : Math.Exp(3 * scale)];
        Holds(
            result,
            (float)((weights[0] + weights[2]) / weights.Sum()),
            (float)((weights[1] + weights[2]) / weights.Sum())
        );
    }

    [Test]
    public void Places_are_picked_overwritten_and_ordered()
    {
        using var scope = TensorScope.Open();
        var x = Tensor.Of([3f, 1, 2, 9, 7, 8], Device.Cpu).View(2, 3);
        Tensor rows = Tensor.Of([1L, 0], Device.Cpu),
            columns = Tensor.Of([2L, 0], Device.Cpu);
        Holds(x.IndexSelect(0, rows), 9, 7, 8, 3, 1, 2);
        Holds(x.Index(rows, columns), 8, 3);
        Holds(x.Gather(1, Tensor.Of([1L, 2], Device.Cpu).View(2, 1)), 1, 8);
        Assert.That(x.ArgMax().ToArray<long>(), Is.EqualTo(new long[] { 0, 0 }));
        var (sorted, order) = x.SortDescending();
        Holds(sorted, 3, 2, 1, 9, 8, 7);
        Assert.That(order.ToArray<long>(), Is.EqualTo(new long[] { 0, 2, 1, 0, 2, 1 }));
        var (top, places) = x.Top(2);
        Holds(top, 3, 2, 9, 8);
        Assert.That(places.ToArray<long>(), Is.EqualTo(new long[] { 0, 2, 0, 2 }));
        Assert.That(
            Tensor.Of([5L, 6], Device.Cpu).RepeatEach(Tensor.Of([2L, 1], Device.Cpu), 3).ToArray<long>(),
            Is.EqualTo(new long[] { 5, 5, 6 })
        );
        Holds(Tensor.Concatenate(1, x, x.Narrow(1, 0, 1)), 3, 1, 2, 3, 9, 7, 8, 9);
        x.IndexPutInPlace(rows, columns, Tensor.Of([10f, 20], Device.Cpu), accumulate: true);
        Holds(x, 23, 1, 2, 9, 7, 18);
        x.IndexPutInPlace(rows, columns, Tensor.Of([10f, 20], Device.Cpu));
        Holds(x, 20, 1, 2, 9, 7, 10);
        x.IndexCopyInPlace(0, Tensor.Of([1L], Device.Cpu), Tensor.Of([4f, 5, 6], Device.Cpu).View(1, 3));
        Holds(x, 20, 1, 2, 4, 5, 6);
        x.MaskedFillInPlace(x.Less(Tensor.Number(5f)), Tensor.Number(0f));
        Holds(x, 20, 0, 0, 0, 5, 6);
    }

    [TestCase(ScalarType.Float32, 4)]
    [TestCase(ScalarType.Float16, 2)]
    [TestCase(ScalarType.BFloat16, 2)]
    [TestCase(ScalarType.Int64, 8)]
    [TestCase(ScalarType.Bool, 1)]
    public void Types_are_the_librarys_own(ScalarType type, int size)
    {
        using var scope = TensorScope.Open();
        var x = Tensor.Zeros([3, 2], type, Device.Cpu);
        Assert.That((x.Type, x.Bytes().Length, x.Device), Is.EqualTo((type, 6 * size, Device.Cpu)));
        Holds(x.To(ScalarType.Float32), 0, 0, 0, 0, 0, 0);
        Assert.That(x.To(type).Equals(x), "what it is already isn't copied");
    }

    private static float Gelu(float x) =>
        0.5f * x * (1 + MathF.Tanh(MathF.Sqrt(2 / MathF.PI) * (x + (0.044715f * x * x * x))));

    private static Tensor Counted(int count) =>
        Tensor.Of([.. Enumerable.Range(0, count).Select(i => (float)i)], Device.Cpu);

    private static float[] Numbers(Tensor tensor) => tensor.ToArray<float>();

    private static void Holds(Tensor tensor, params float[] expected) =>
        Assert.That(Numbers(tensor), Is.EqualTo(expected).Within(Tiny));
}
