namespace GemmaInference.Model;

/// <summary>Says which family of layers a checkpoint has.</summary>
internal enum Generation
{
    Gemma1 = 1,
    Gemma2 = 2,
    Gemma3 = 3,
    Gemma4 = 4,
}
