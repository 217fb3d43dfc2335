namespace Benchmarks.Llama.Sides;

/// <summary>Computes one model in one way.</summary>
internal interface ISide : IDisposable
{
    /// <summary>Sequences that can be decoded at once.</summary>
    public const int Slots = 8;

    /// <summary>Tokens that a sequence holds.</summary>
    public const int Context = 1024;

    /// <summary>Gets the bytes of its weights.</summary>
    long WeightBytes { get; }

    /// <summary>Reads a prompt from a sequence's start, up to the logits of its last token.</summary>
    void Prefill(int slot, int tokens);

    /// <summary>Decodes one token of each of the first sequences, which hold that many tokens already.</summary>
    void Decode(int batch, int position);

    /// <summary>Gets the logits after a prompt.</summary>
    float[] Logits(int tokens);
}
