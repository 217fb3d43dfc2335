namespace GemmaOperator.BaseImages.Forecasts;

/// <summary>Holds an instruction that makes a layer.</summary>
/// <param name="Line">Its line in the Dockerfile.</param>
/// <param name="Text">What it does, in short.</param>
/// <param name="IsCached">Whether its layer should come from the cache.</param>
internal sealed record LayerStep(int Line, string Text, bool IsCached);
