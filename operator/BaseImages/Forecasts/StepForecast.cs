namespace GemmaOperator.BaseImages.Forecasts;

/// <summary>Holds how long a step may take, in seconds; null where nothing tells.</summary>
internal sealed record StepForecast(string Name, long? Usual, long? Least, long? Most);
