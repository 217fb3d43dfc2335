namespace GemmaInference.Model.Rope;

/// <summary>Holds how positions rotate.</summary>
/// <param name="Theta">The base frequency.</param>
/// <param name="Factor">What positions are divided by.</param>
/// <param name="Part">
/// The part of a head that is rotated, the quickest pairs; exponents go by the whole head ("proportional").
/// </param>
internal sealed record RopeSettings(double Theta, double Factor, double Part = 1);
