using GemmaInference.Native;

namespace GemmaInference.Torch;

/// <summary>
/// Calls each operator once on a few numbers: one that this libtorch lacks, or that wants other arguments, is told by
/// its name before anything is loaded.
/// </summary>
internal static class OperatorCheck
{
    /// <exception cref="InferenceException">An operator can't be called.</exception>
    public static void Run(string version, Device device) =>
        Run(
            version,
            () =>
            {
                Arithmetic(Tensor.Of([1f, 2f, 3f, 4f], device).View(2, 2));
                Indexing(Tensor.Of([1f, 2f, 3f, 4f], device).View(2, 2), Tensor.Of([1L, 0L], device));
            }
        );

    /// <summary>Tells what of some calls can't be made.</summary>
    internal static void Run(string version, Action calls)
    {
        try
        {
            using var scope = TensorScope.Open();
            calls();
        }
        catch (TorchException cause)
        {
            throw new InferenceException(
                "libtorch",
                $"PyTorch {version} can't be used: {cause.Message}; take another PyTorch, "
                    + $"{TorchInstallation.OldestMinor} or newer",
                cause
            );
        }
    }

    private static void Arithmetic(Tensor x)
    {
        var row = x.Select(0);
        var zero = Tensor.Number(0f);
        var heads = x.View(1, 1, 2, 2);
        heads.Attention(heads, heads, x, 1);
        x.Linear(x).Add(x).Add(1).Subtract(x).Multiply(x).Multiply(2).Divide(x);
        x.MatrixProduct(x).MultiplyInPlace(x).DivideInPlace(x).GeluTanh().TanhInPlace();
        x.RmsNorm(row, 1e-5);
        x.Cos().Sin();
        x.Reciprocal().Power(x).Minimum(x);
        x.Softmax();
        x.LogSoftmax().CumulatedSum().Sum();
        var isLarge = x.Greater(zero).And(x.GreaterOrEqual(x)).Or(x.Less(x)).And(x.LessOrEqual(x).Or(x.Equal(x)));
        x.Where(isLarge, x).MaskedFillInPlace(isLarge, zero);
    }

    private static void Indexing(Tensor x, Tensor places)
    {
        x.IndexCopyInPlace(0, places, x.IndexSelect(0, places));
        x.IndexPutInPlace(places, places, x.Index(places, places), accumulate: true);
        x.Gather(1, x.ArgMax());
        places.RepeatEach(places, 1);
        x.SortDescending();
        x.Top(1);
        Tensor.Concatenate(0, x, x);
    }
}
