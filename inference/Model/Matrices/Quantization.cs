namespace GemmaInference.Model.Matrices;

/// <summary>Says how weights are held.</summary>
internal enum Quantization
{
    /// <summary>In the model's type.</summary>
    None,

    /// <summary>All matrices as 8 bits.</summary>
    Int8,

    /// <summary>The layers' matrices as 4 bits, embedding and head as 8.</summary>
    Int4,
}
