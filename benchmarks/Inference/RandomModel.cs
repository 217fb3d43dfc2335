using GemmaInference.Model;
using TorchSharp;

namespace Benchmarks.Inference;

/// <summary>Makes models of any shape with random weights, on the device.</summary>
internal static class RandomModel
{
    public static GemmaModel Make(GemmaConfig config, int context, torch.ScalarType type, torch.Device device)
    {
        torch.Tensor Matrix(long rows, long columns) =>
            torch
                .randn([rows, columns], torch.float32, device)
                .div_(Math.Sqrt(columns))
                .to(type)
                .DetachFromDisposeScope();
        torch.Tensor Ones(params long[] shape) => torch.ones(shape, torch.float32, device).DetachFromDisposeScope();

        using var scope = torch.NewDisposeScope();
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
