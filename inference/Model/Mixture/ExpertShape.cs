namespace GemmaInference.Model.Mixture;

/// <summary>Holds the shape of a layer's experts.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Chosen">How many each token goes through.</param>
/// <param name="IntermediateSize">Channels inside of each.</param>
internal sealed record ExpertShape(int Count, int Chosen, int IntermediateSize);
