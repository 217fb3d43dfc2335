namespace GemmaInference.Native;

/// <summary>Describes one symbol version that a library asks of another, at a place in the file.</summary>
/// <param name="Library">The library asked, such as <c>libstdc++.so.6</c>.</param>
/// <param name="Version">The version asked for, such as <c>GLIBCXX_3.4.32</c>.</param>
/// <param name="FlagsOffset">Where the 16-bit <c>vna_flags</c> lies in the file.</param>
/// <param name="Weak">True when the loader only warns if the version is missing.</param>
/// <param name="Index">The version's index in the symbol version table.</param>
internal sealed record VersionNeed(string Library, string Version, int FlagsOffset, bool Weak, int Index);
