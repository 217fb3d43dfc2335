namespace GemmaOperator.Builds.Queue;

/// <summary>Is a build that could start if it weren't for the cap.</summary>
/// <param name="Uid">The GemmaBuild's.</param>
/// <param name="Namespace">Where it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="Since">When it was made (UTC).</param>
internal sealed record QueuedBuild(string Uid, string Namespace, string Name, DateTime Since);
