using GemmaInference.Model.Matrices;
using GemmaInference.Torch;

namespace GemmaInference.Model;

/// <summary>
/// Makes of a step's tokens what each layer is told of them: a row of a table of their own, and a projection of their
/// embedding (Gemma 4 E2B and E4B).
/// </summary>
/// <param name="table">[vocabulary, layers·size]</param>
/// <param name="projection">[layers·size, hidden]</param>
/// <param name="norm">[size], of the projection's pieces</param>
internal sealed class PerLayerInputs(Matrix table, Matrix projection, Tensor norm) : IDisposable
{
    /// <summary>Gets the bytes that a product has to read; of the table only rows are.</summary>
    public long Bytes => projection.Bytes;

    /// <param name="ids">The step's tokens.</param>
    /// <param name="embedded">Their embeddings, in the model's type.</param>
    /// <param name="tableScale">What rows of the table are multiplied with.</param>
    /// <returns>[tokens, layers, size], in the model's type.</returns>
    public Tensor Of(Tensor ids, Tensor embedded, float tableScale, double epsilon)
    {
        using var scope = TensorScope.Open();
        var (tokens, hidden, size) = (embedded.Size(0), embedded.Size(1), norm.Size(0));
        var seen = projection
            .Apply(embedded)
            .To(ScalarType.Float32)
            .Multiply(1 / Math.Sqrt(hidden))
            .View(tokens, -1, size)
            .RmsNorm(norm, epsilon);
        var own = table.Rows(ids).To(ScalarType.Float32).Multiply(tableScale).View(tokens, -1, size);
        return scope.Keep(seen.Add(own).Multiply(1 / Math.Sqrt(2)).To(embedded.Type));
    }

    public void Dispose()
    {
        table.Dispose();
        projection.Dispose();
        norm.Dispose();
    }
}
