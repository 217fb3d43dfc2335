using Benchmarks.Llama.Models;
using GemmaInference.Model;
using GemmaInference.Model.Matrices;
using GemmaInference.Torch;
using Matrix = GemmaInference.Model.Matrices.Matrix;

namespace Benchmarks.Llama.Sides;

/// <summary>Runs the server's model. A step ends with the likeliest token.</summary>
internal sealed unsafe class OurSide : ISide
{
    private readonly GemmaModel _model;
    private readonly KvCache _cache;

    public OurSide(Shape shape, Precision precision, RandomWeights weights)
    {
        var config = GemmaConfigReader.Read(shape.Config, "benchmark");
        using (TensorScope.Open())
        {
            var embedding = Make(Part.Embedding, shape.Vocabulary, shape.Hidden);
            var layers = Enumerable.Range(0, shape.Layers).Select(_ => Layer(shape)).ToList();
            _model = new GemmaModel(
                config,
                new GemmaWeights(embedding, embedding, Ones(shape.Hidden), layers),
                ISide.Context,
                precision.Type,
                Device.Cpu
            );
        }

        _cache = _model.NewCache(ISide.Slots);

        LayerWeights Layer(Shape shape) =>
            new(
                Make(Part.QueryKeyValue, shape.Queries + (2 * shape.Keys), shape.Hidden),
                Make(Part.Output, shape.Hidden, shape.Queries),
                Make(Part.GateUp, 2 * shape.Intermediate, shape.Hidden),
                Make(Part.Down, shape.Hidden, shape.Intermediate),
                Ones(shape.Hidden),
                Ones(shape.Hidden),
                Ones(shape.Hidden),
                Ones(shape.Hidden),
                Ones(shape.Heads + shape.KvHeads, Shape.HeadDim)
            );

        Matrix Make(Part part, int rows, int columns)
        {
            using var scope = TensorScope.Open();
            var numbers = Tensor.Empty([rows, columns], ScalarType.Float32, Device.Cpu);
            var start = (float*)numbers.Address;
            for (var row = 0L; row < rows; row++)
            {
                weights.Fill((int)part, row, new Span<float>(start + (row * columns), columns));
            }

            return precision.Quantization switch
            {
                Quantization.Int4 when part != Part.Embedding => Int4Matrix.Quantize(
                    numbers,
                    precision.Type,
                    Device.Cpu
                ),
                Quantization.None => new DenseMatrix(numbers.To(precision.Type).Detach()),
                Quantization.Int8 or Quantization.Int4 => Int8Matrix.Quantize(numbers, precision.Type, Device.Cpu),
            };
        }
    }

    public long WeightBytes => _model.Weights.Bytes;

    public void Prefill(int slot, int tokens) => Step([new StepRow(slot, 0, Prompt.Of(tokens))]);

    public void Decode(int batch, int position) =>
        Step([.. Enumerable.Range(0, batch).Select(slot => new StepRow(slot, position, Prompt.Of(1)))]);

    public float[] Logits(int tokens)
    {
        using var scope = TensorScope.Open();
        return _model.Run(_cache, _model.Plan(_cache, [new StepRow(0, 0, Prompt.Of(tokens))])).ToArray<float>();
    }

    public void Dispose()
    {
        _cache.Dispose();
        _model.Dispose();
    }

    private void Step(StepRow[] rows)
    {
        using var scope = TensorScope.Open();
        _model.Run(_cache, _model.Plan(_cache, rows)).ArgMax().ToArray<long>();
    }

    private static Tensor Ones(params long[] shape) => Tensor.Full(shape, 1, ScalarType.Float32, Device.Cpu).Detach();
}
