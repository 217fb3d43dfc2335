namespace GemmaInference.Engine.Embedding;

/// <summary>Holds the texts of one request, until all are embedded.</summary>
internal sealed class EmbeddingJob(IReadOnlyList<int[]> texts, CancellationToken cancellation)
{
    private readonly float[][] _results = new float[texts.Count][];
    private readonly TaskCompletionSource<IReadOnlyList<float[]>> _done = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private int _begun;

    public Task<IReadOnlyList<float[]>> Done => _done.Task;

    /// <summary>Gets whether nobody waits for it any more.</summary>
    public bool IsCancelled => cancellation.IsCancellationRequested;

    /// <summary>Gets how many of its texts nobody has taken yet.</summary>
    public int Left => texts.Count - _begun;

    /// <summary>Gets the text that comes next.</summary>
    public int[] Next => texts[_begun];

    /// <summary>Takes the next text, whose place it returns.</summary>
    public int Take() => _begun++;

    public void Put(int place, float[] result) => _results[place] = result;

    /// <summary>Completes it once all texts were put.</summary>
    public void End() => _done.TrySetResult(_results);

    public void Cancel() => _done.TrySetCanceled(cancellation);

    public void Fail(Exception cause) => _done.TrySetException(cause);
}
