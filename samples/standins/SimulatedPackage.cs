namespace StandIns;

/// <summary>Names one package that a simulated candidate says it holds.</summary>
/// <param name="Kind">dpkg, rpm, apk or python.</param>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Detail">Its architecture, or where a Python distribution came from.</param>
/// <param name="Source">Its source package, as in <c>openssl 3.0.2</c>; empty where it is the package itself.</param>
public sealed record SimulatedPackage(string Kind, string Name, string Version, string Detail, string Source = "");
