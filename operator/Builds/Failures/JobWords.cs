namespace GemmaOperator.Builds.Failures;

/// <summary>
/// Gives a step's own words to whatever explains why its Job fails or doesn't start. Every kind of trouble must be
/// answered: a step that leaves one out doesn't compile, and none can borrow the advice of another step.
/// </summary>
internal sealed record JobWords
{
    /// <summary>Gets what may run its pod, without an article: <c>node</c>, or <c>node of linux/arm64</c>.</summary>
    public string Node { get; init; } = "node";

    /// <summary>Gets what its pod is called, without an article: <c>build pod</c>.</summary>
    public required string Pod { get; init; }

    /// <summary>Gets what it does, without an article: <c>build</c>.</summary>
    public required string Work { get; init; }

    /// <summary>Gets what one try of it is called at a sentence's beginning: <c>Attempt</c>.</summary>
    public required string Try { get; init; }

    /// <summary>Gets the name of the container that does the work.</summary>
    public required string Container { get; init; }

    /// <summary>Gets the names of all containers that we give its pod; any other one was put there by others.</summary>
    public IReadOnlyList<string> Containers
    {
        get => field ?? [Container];
        init;
    }

    /// <summary>Gets what exceeding its memory limit comes to.</summary>
    public required Trouble MemoryLimit { get; init; }

    /// <summary>Gets what a kill for the sake of its node's memory comes to.</summary>
    public required Trouble NodeMemory { get; init; }

    /// <summary>Gets what exceeding its disk limits comes to.</summary>
    public required Trouble Disk { get; init; }

    /// <summary>
    /// Gets what running out of time comes to; its remedy names a field only where one bounds the time.
    /// </summary>
    public required Trouble Time { get; init; }

    /// <summary>Gets what having no node comes to.</summary>
    public required Trouble Placement { get; init; }

    /// <summary>
    /// Gets what an image that can't be pulled comes to; the argument is the container it is for, null when unknown.
    /// </summary>
    public required Func<string?, Trouble> Pull { get; init; }

    /// <summary>Gets what a volume that can't be mounted comes to.</summary>
    public required Trouble Mount { get; init; }

    /// <summary>Gets what a container that can't be made comes to.</summary>
    public required Trouble Unmakable { get; init; }

    /// <summary>Gets what a refused root user comes to.</summary>
    public required Trouble RootUser { get; init; }

    /// <summary>Gets what a pod that the API server doesn't take comes to.</summary>
    public required Trouble Refused { get; init; }

    /// <summary>
    /// Gets what a container comes to that others put into the pod, and that keeps ours from its work.
    /// </summary>
    public required Trouble Injected { get; init; }

    /// <summary>Gets what an eviction comes to.</summary>
    public required Trouble Evicted { get; init; }

    /// <summary>Gets what a lost node comes to.</summary>
    public required Trouble NodeLost { get; init; }

    /// <summary>Gets what a Job that somebody deleted comes to.</summary>
    public required Trouble JobLost { get; init; }

    /// <summary>Gets what an end that nothing explains comes to.</summary>
    public required Trouble Unexplained { get; init; }
}
