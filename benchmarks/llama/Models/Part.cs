namespace Benchmarks.Llama.Models;

/// <summary>Numbers the matrices of a model, in which <see cref="RandomWeights"/> differ.</summary>
internal enum Part
{
    Embedding,
    QueryKeyValue,
    Output,
    GateUp,
    Down,
}
