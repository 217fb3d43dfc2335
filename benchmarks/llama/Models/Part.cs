namespace Benchmarks.Llama.Models;

/// <summary>Tells the matrices of a model apart, in which <see cref="RandomWeights"/> differ.</summary>
internal enum Part
{
    Embedding,
    QueryKeyValue,
    Output,
    GateUp,
    Down,
}
