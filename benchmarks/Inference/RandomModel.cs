using GemmaInference.Model;
using GemmaInference.Model.Matrices;
using GemmaInference.Model.Packed;
using GemmaInference.Torch;

namespace Benchmarks.Inference;

/// <summary>Makes models of any shape with random weights, on the device.</summary>
internal static class RandomModel
{
    private static readonly GemmaInference.Torch.Operator Normal = new("aten::normal_");

    public static GemmaModel Make(
        GemmaConfig config,
        int context,
        ScalarType type,
        Device device,
        Quantization quantization = Quantization.None,
        IPackedAttention? packed = null
    )
    {
        Matrix Matrix(long rows, long columns, Quantization form)
        {
            var isDense = form == Quantization.None;
            var matrix = Tensor
                .Empty([rows, columns], isDense ? type : ScalarType.Float32, isDense ? device : Device.Cpu)
                .Detach();
            Dispatcher.CallInPlace(Normal, matrix, 0.0, 1 / Math.Sqrt(columns), Argument.None);
            if (isDense)
            {
                return new DenseMatrix(matrix);
            }

            using (matrix)
            {
                return form == Quantization.Int4
                    ? Int4Matrix.Quantize(matrix, type, device)
                    : Int8Matrix.Quantize(matrix, type, device);
            }
        }

        Tensor Ones(params long[] shape) => Tensor.Full(shape, 1, ScalarType.Float32, device).Detach();

        using var scope = TensorScope.Open();
        long hidden = config.HiddenSize,
            queries = config.Heads * config.HeadDim,
            keys = config.KvHeads * config.HeadDim;
        var layers = Enumerable
            .Range(0, config.Layers)
            .Select(_ => new LayerWeights(
                Matrix(queries + (2 * keys), hidden, quantization),
                Matrix(hidden, queries, quantization),
                Matrix(2 * config.IntermediateSize, hidden, quantization),
                Matrix(hidden, config.IntermediateSize, quantization),
                Ones(hidden),
                Ones(hidden),
                config.HasPostNorms ? Ones(hidden) : null,
                config.HasPostNorms ? Ones(hidden) : null,
                config.HasQueryKeyNorms ? Ones(config.Heads + config.KvHeads, config.HeadDim) : null
            ))
            .ToList();
        var embedding = Matrix(
            config.VocabSize,
            hidden,
            quantization == Quantization.None ? Quantization.None : Quantization.Int8
        );
        return new GemmaModel(
            config,
            new GemmaWeights(embedding, embedding, Ones(hidden), layers),
            context,
            type,
            device,
            packed
        );
    }
}
