namespace GemmaOperator.Cluster;

/// <summary>Describes a pod that says it is a Job's, and doesn't run what the Job asks for.</summary>
/// <param name="JobUid">Uid of that Job.</param>
/// <param name="Pod">The pod's name.</param>
/// <param name="Difference">Path of the first field that differs.</param>
internal sealed record ForeignPod(string JobUid, string Pod, string Difference)
{
    /// <summary>Gets what people are told, without a full stop.</summary>
    public string Message =>
        $"Pod {Pod} isn't what its Job asks for ({Difference} differs), so that what it says isn't believed";
}
