using GemmaInference.Model.Matrices;
using GemmaInference.Torch;

namespace Inference.Tests.Model.Matrices;

internal sealed class DenseMatrixTests
{
    /// <summary>On both sides of each number of rows at which another product takes over.</summary>
    [Test]
    public void However_many_rows_there_are_the_product_is_the_same(
        [Values(1, 2, 3, 4, 8, 12, 13)] int rows,
        [Values(ScalarType.Float32, ScalarType.BFloat16)] ScalarType type
    )
    {
        using var scope = TensorScope.Open();
        using var held = new DenseMatrix(Numbers(96, 128).To(type).Copy().Detach());
        var x = Numbers(40, 128).To(type);
        var few = held.Apply(x.Narrow(0, 0, rows));
        Assert.That(few.Shape.ToArray(), Is.EqualTo(new long[] { rows, 96 }));
        Assert.That(few.Type, Is.EqualTo(type));
        var all = held.Apply(x).Narrow(0, 0, rows);
        Assert.That(
            few.To(ScalarType.Float32).ToArray<float>(),
            Is.EqualTo(all.To(ScalarType.Float32).ToArray<float>()).Within(type == ScalarType.Float32 ? 1e-5f : 1f / 64)
        );
    }

    private static Tensor Numbers(int rows, int columns)
    {
        var random = new Random(rows + columns);
        return Tensor
            .Of([.. Enumerable.Range(0, rows * columns).Select(_ => random.NextSingle() - 0.5f)], Device.Cpu)
            .View(rows, columns);
    }
}
