using GemmaInference.Model;
using GemmaInference.Torch;

namespace Benchmarks.Inference;

/// <summary>Makes models of any shape with random weights, on the device.</summary>
internal static class RandomModel
{
    private static readonly GemmaInference.Torch.Operator Normal = new("aten::normal_");

    public static GemmaModel Make(GemmaConfig config, int context, ScalarType type, Device device)
    {
        Tensor Matrix(long rows, long columns)
        {
            var matrix = Tensor.Empty([rows, columns], type, device).Detach();
            Dispatcher.CallInPlace(Normal, matrix, 0.0, 1 / Math.Sqrt(columns), Argument.None);
            return matrix;
        }

        Tensor Ones(params long[] shape) => Tensor.Full(shape, 1, ScalarType.Float32, device).Detach();

        using var scope = TensorScope.Open();
        long hidden = config.HiddenSize,
            queries = config.Heads * config.HeadDim,
            keys = config.KvHeads * config.HeadDim;
        var layers = Enumerable
            .Range(0, config.Layers)
            .Select(_ => new LayerWeights(
                Matrix(queries + (2 * keys), hidden),
                Matrix(hidden, queries),
                Matrix(2 * config.IntermediateSize, hidden),
                Matrix(hidden, config.IntermediateSize),
                Ones(hidden),
                Ones(hidden),
                config.HasPostNorms ? Ones(hidden) : null,
                config.HasPostNorms ? Ones(hidden) : null,
                config.HasQueryKeyNorms ? Ones(config.Heads + config.KvHeads, config.HeadDim) : null
            ))
            .ToList();
        var embedding = Matrix(config.VocabSize, hidden);
        return new GemmaModel(
            config,
            new GemmaWeights(embedding, embedding, Ones(hidden), layers),
            context,
            type,
            device
        );
    }
}
