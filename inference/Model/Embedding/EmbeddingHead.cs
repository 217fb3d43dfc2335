using GemmaInference.Native;
using GemmaInference.Torch;

namespace GemmaInference.Model.Embedding;

/// <summary>Makes an embedding of a text's last states. All is float32: it is little, and all that is seen.</summary>
internal sealed class EmbeddingHead : IDisposable
{
    private readonly IReadOnlyList<Tensor> _dense;

    private EmbeddingHead(IReadOnlyList<Tensor> dense, int size) => (_dense, Size) = (dense, size);

    /// <summary>Gets how many numbers an embedding has.</summary>
    public int Size { get; }

    /// <exception cref="InferenceException">A file is missing, or sizes don't follow each other.</exception>
    public static EmbeddingHead Load(GemmaConfig config, string directory, Device device)
    {
        var dense = new List<Tensor>();
        var size = config.HiddenSize;
        foreach (var module in SentenceModules.Read(directory).Dense)
        {
            if (module.Inputs != size)
            {
                throw new InferenceException(
                    $"{module.Folder}: 'in_features'",
                    $"{module.Inputs}, but what comes before it has {size} numbers"
                );
            }

            using var checkpoint = Checkpoint.Open(module.Folder);
            dense.Add(checkpoint.Read("linear.weight", [module.Outputs, size], ScalarType.Float32, device).Detach());
            size = module.Outputs;
        }

        return new EmbeddingHead(dense, size);
    }

    /// <param name="states">[tokens, hidden]</param>
    /// <returns>[1, size], of length 1.</returns>
    public Tensor Apply(Tensor states)
    {
        using var scope = TensorScope.Open();
        var x = states.To(ScalarType.Float32).Transposed().Sum().View(1, -1).Multiply(1.0 / states.Size(0));
        foreach (var weight in _dense)
        {
            x = x.Linear(weight);
        }

        // The root of the mean of squares is the length by √size.
        return scope.Keep(x.RmsNorm(null, 0).Multiply(1 / Math.Sqrt(Size)));
    }

    public void Dispose()
    {
        foreach (var weight in _dense)
        {
            weight.Dispose();
        }
    }
}
