namespace KubectlGemma.Local;

/// <summary>Holds how one instruction of the Dockerfile went.</summary>
/// <param name="Number">Its place among the instructions, from 1.</param>
/// <param name="Name">What it does, in short.</param>
/// <param name="MakesLayer">Whether it is one that makes a layer.</param>
/// <param name="Took">How long it took; null while it goes on.</param>
/// <param name="IsCached">Whether its layer was there already.</param>
internal sealed record LocalStep(int Number, string Name, bool MakesLayer, TimeSpan? Took, bool IsCached);
