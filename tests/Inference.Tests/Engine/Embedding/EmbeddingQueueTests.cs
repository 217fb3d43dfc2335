using GemmaInference.Engine.Embedding;

namespace Inference.Tests.Engine.Embedding;

/// <summary>Texts wait in a queue that is as long as it is said to be.</summary>
internal sealed class EmbeddingQueueTests
{
    [Test]
    public async Task Whom_nobody_waits_for_takes_nobodys_place()
    {
        using var leaves = new CancellationTokenSource();
        var queue = new EmbeddingQueue();
        var (gone, next) = (
            new EmbeddingJob(
                [
                    [2],
                ],
                leaves.Token
            ),
            new EmbeddingJob(
                [
                    [2],
                ],
                CancellationToken.None
            )
        );
        Assert.That(queue.TryAdd(gone, 1), Is.True);
        Assert.That(queue.TryAdd(next, 1), Is.False);
        await leaves.CancelAsync();
        Assert.That(queue.TryAdd(next, 1), Is.True);
        Assert.That(queue.Count, Is.EqualTo(1));
        Assert.That(gone.Done.IsCanceled, Is.True);
    }
}
