namespace GemmaInference.Model;

/// <summary>Holds the rotary embedding's base frequency, and the linear factor that positions are divided by.</summary>
internal sealed record RopeSettings(double Theta, double Factor);
