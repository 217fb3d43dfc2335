namespace GemmaOperator.Builds.Queue;

/// <summary>Represents a build that could start if it weren't for the cap.</summary>
/// <param name="Uid">The GemmaBuild's uid.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Since">When it was made (UTC).</param>
internal sealed record QueuedBuild(string Uid, string Namespace, string Name, DateTime Since);
