using System.Collections.Concurrent;

namespace LocalCluster.Nodes.Client;

/// <summary>Knows which nodes don't answer: nothing goes from their kubelets to the API server, or back.</summary>
internal sealed class NodeSwitch(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, (DateTimeOffset Since, TaskCompletionSource Back)> _silent = new(
        StringComparer.Ordinal
    );

    public void Silence(string node) =>
        _silent.TryAdd(
            node,
            (time.GetUtcNow(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
        );

    public void Revive(string node)
    {
        if (_silent.TryRemove(node, out var silence))
        {
            silence.Back.TrySetResult();
        }
    }

    /// <summary>Returns since when a node is silent; null when it answers.</summary>
    public DateTimeOffset? Since(string node) => _silent.TryGetValue(node, out var silence) ? silence.Since : null;

    /// <summary>Waits until a node answers.</summary>
    public Task AnswersAsync(string? node, CancellationToken cancellationToken) =>
        node is not null && _silent.TryGetValue(node, out var silence)
            ? silence.Back.Task.WaitAsync(cancellationToken)
            : Task.CompletedTask;
}
