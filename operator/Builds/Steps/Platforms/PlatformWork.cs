namespace GemmaOperator.Builds.Steps.Platforms;

/// <summary>Holds the next step of one platform.</summary>
/// <param name="Part">What is seen of the platform.</param>
/// <param name="Step">Its next step.</param>
internal sealed record PlatformWork(BuildSnapshot Part, BuildStep Step);
