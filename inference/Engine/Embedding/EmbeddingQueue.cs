using GemmaInference.Model;

namespace GemmaInference.Engine.Embedding;

/// <summary>
/// Holds the texts that wait to be embedded, and reads as many of them together as a pass takes, oldest first. Any
/// thread adds; the engine's thread alone runs.
/// </summary>
internal sealed class EmbeddingQueue
{
    private readonly Lock _gate = new();
    private readonly List<EmbeddingJob> _jobs = [];

    /// <summary>Gets how many requests wait or run.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _jobs.Count;
            }
        }
    }

    /// <summary>Returns false where as many requests as that wait already.</summary>
    public bool TryAdd(EmbeddingJob job, int most)
    {
        lock (_gate)
        {
            DropCancelled();
            if (_jobs.Count >= most)
            {
                return false;
            }

            _jobs.Add(job);
            return true;
        }
    }

    /// <summary>Runs one pass.</summary>
    /// <returns>How many tokens it read; 0 where there was nothing to do.</returns>
    public int Run(Embedder embedder, GemmaModel model, KvCache cache)
    {
        var taken = Take(cache.Slots, embedder.MaxTokens);
        if (taken.Count == 0)
        {
            return 0;
        }

        var results = embedder.Embed(model, cache, [.. taken.Select(text => text.Tokens)]);
        foreach (var ((job, place, _), result) in taken.Zip(results))
        {
            job.Put(place, result);
        }

        lock (_gate)
        {
            foreach (var job in _jobs.Where(job => job.Left == 0))
            {
                job.End();
            }

            _jobs.RemoveAll(job => job.Left == 0);
        }

        return taken.Sum(text => text.Tokens.Length);
    }

    public void Fail(Exception cause)
    {
        lock (_gate)
        {
            _jobs.ForEach(job => job.Fail(cause));
            _jobs.Clear();
        }
    }

    private List<(EmbeddingJob Job, int Place, int[] Tokens)> Take(int most, int room)
    {
        var taken = new List<(EmbeddingJob, int, int[])>(most);
        lock (_gate)
        {
            DropCancelled();
            foreach (var job in _jobs)
            {
                while (job.Left > 0)
                {
                    var tokens = job.Next;
                    if (taken.Count == most || tokens.Length > room)
                    {
                        return taken;
                    }

                    room -= tokens.Length;
                    taken.Add((job, job.Take(), tokens));
                }
            }
        }

        return taken;
    }

    /// <summary>Whom nobody waits for takes nobody's place.</summary>
    private void DropCancelled()
    {
        foreach (var job in _jobs.Where(job => job.IsCancelled).ToList())
        {
            job.Cancel();
            _jobs.Remove(job);
        }
    }
}
