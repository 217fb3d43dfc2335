namespace KubectlGemma.Local.Engines;

/// <summary>Names the files by which an engine and its client prove who they are.</summary>
/// <param name="Authority">Authorities of the engine's certificate; null: those of the machine.</param>
/// <param name="Certificate">The client's certificate; null where it shows none.</param>
/// <param name="Key">Its key.</param>
/// <param name="SkipsVerify">Whether the engine's certificate isn't looked at, as a Docker context may say.</param>
internal sealed record EngineTlsFiles(string? Authority, string? Certificate, string? Key, bool SkipsVerify);
