using Docker.DotNet.Models;

namespace KubectlGemma.Local;

/// <summary>Holds the base that a local build is made upon.</summary>
/// <param name="From">What FROM takes: by digest, or by the engine's id.</param>
/// <param name="Digest">What the registry has it under; null where only the engine knows it.</param>
/// <param name="Image">What the engine knows of it.</param>
/// <param name="How">How it was found, for people.</param>
internal sealed record LocalBase(string From, string? Digest, ImageInspectResponse Image, string How);
