namespace GemmaInference.Model;

/// <summary>Rotary embedding: base frequency, and the linear factor that positions are divided by.</summary>
internal sealed record RopeSettings(double Theta, double Factor);
