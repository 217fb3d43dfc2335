namespace GemmaOperator.Builds.Contents;

/// <summary>Names the source package that a package was built from.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version, epoch and revision included.</param>
internal readonly record struct PackageSource(string Name, string Version);
