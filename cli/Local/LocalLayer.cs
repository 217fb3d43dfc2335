namespace KubectlGemma.Local;

/// <summary>Holds a layer that a build has added to its base.</summary>
/// <param name="Name">What made it, in short.</param>
/// <param name="Bytes">What it takes on the engine's disk, unpacked.</param>
internal sealed record LocalLayer(string Name, long Bytes);
