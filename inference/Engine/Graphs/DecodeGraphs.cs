using GemmaInference.Engine.Drawing;
using GemmaInference.Model;
using GemmaInference.Torch;
using GemmaInference.Torch.Graphs;

namespace GemmaInference.Engine.Graphs;

/// <summary>
/// Computes steps that add one token to each sequence by graphs, which are recorded when a step first needs them. What
/// can't be computed so, for whatever reason, is the caller's to compute as usual, to the same result: a step that
/// failed here may be done again. Used by the engine's thread alone.
/// </summary>
/// <param name="memory">What others may allocate meanwhile.</param>
/// <param name="tell">Gets the reason when graphs end.</param>
/// <param name="most">Bounds how many are held: each takes some MiB of the host and of the device.</param>
internal sealed class DecodeGraphs(
    GemmaModel model,
    KvCache cache,
    IGraphDevice device,
    GraphMemory memory,
    Action<string>? tell = null,
    int most = DecodeGraphs.UsualMost
) : IDisposable
{
    /// <summary>How many are held where nobody says otherwise.</summary>
    public const int UsualMost = 64;

    private readonly Dictionary<GraphKey, (nint Graph, long Used)> _graphs = [];
    private long _clock;
    private FixedMemory? _fixed;

    /// <summary>Gets why there are none any more; null while there may be some.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Gets how many were recorded.</summary>
    public int Count => _graphs.Count;

    /// <summary>Chooses the next token of each row; returns null where it must be done otherwise.</summary>
    public float[]? Choose(IReadOnlyList<StepRow> rows, IReadOnlyList<DrawSettings> draws) =>
        Run(rows, draws.Max(draw => draw.Kind), draws, () => _fixed!.Tokens(rows.Count).ToArray<float>());

    /// <summary>
    /// Computes the logits of each row; returns null where it must be done otherwise. They may be changed, and hold
    /// until the next step.
    /// </summary>
    public Tensor? Logits(IReadOnlyList<StepRow> rows) =>
        Run(rows, null, [], () => "") is null ? null : _fixed!.Logits(rows.Count);

    /// <summary>
    /// Gives all up where memory is so short that libtorch might take what it has kept for the graphs' stream and
    /// doesn't see used. To be called before anything is computed otherwise.
    /// </summary>
    public void Watch()
    {
        if (Trouble is null && memory.Trouble() is { } trouble)
        {
            GiveUp(trouble);
        }
    }

    public void Dispose()
    {
        Clear();
        device.Dispose();
    }

    private T? Run<T>(IReadOnlyList<StepRow> rows, RowDraw? draw, IReadOnlyList<DrawSettings> draws, Func<T> read)
        where T : class
    {
        var key = GraphKey.Of(rows, draw, cache.Slots, cache.Context, model.IsPacked);
        if (!_graphs.ContainsKey(key))
        {
            // What is recorded is computed once as usual, which takes memory that the others may be using.
            Watch();
        }

        if (Trouble is not null)
        {
            return null;
        }

        foreach (var row in rows)
        {
            cache.MakeRoom(row.Slot, row.Start, row.Count);
            foreach (var slides in (ReadOnlySpan<bool>)[false, true])
            {
                // The one call reads what a sequence has, the other as far as the graph's length.
                if (!model.Packs(slides))
                {
                    cache.Show(row.Slot, slides, key.Length);
                }
            }
        }

        string? trouble = null;
        device.Enter();
        try
        {
            using var scope = TensorScope.Open();
            _fixed ??= new FixedMemory(cache, model.Config.VocabSize, model.Device);
            if (draw is null)
            {
                _fixed.DemandLogits();
            }

            _fixed.Write(Padded(rows, key.Rows), draws.Count > 0 ? Padded(draws, key.Rows) : []);
            device.Launch(Graph(key));
            return read();
        }
        catch (Exception cause) when (cause is GraphException or TorchException)
        {
            trouble = cause.Message;
            return null;
        }
        finally
        {
            device.Leave();
            if (trouble is not null)
            {
                GiveUp(trouble);
            }
        }
    }

    /// <summary>Records a graph where there is none yet, in the place of the least recently used one.</summary>
    private nint Graph(GraphKey key)
    {
        if (!_graphs.TryGetValue(key, out var held))
        {
            // What libraries set up at their first use, and the stream's memory, is there before recording.
            Compute(key);
            if (_graphs.Count >= most)
            {
                var oldest = _graphs.MinBy(pair => pair.Value.Used);
                device.Free(oldest.Value.Graph);
                _graphs.Remove(oldest.Key);
            }

            held.Graph = device.Capture(() => Compute(key));
        }

        _graphs[key] = (held.Graph, ++_clock);
        return held.Graph;
    }

    /// <summary>Repeats the first: it writes the same once more, where it lies already.</summary>
    private static List<T> Padded<T>(IReadOnlyList<T> items, int count) =>
        [.. items, .. Enumerable.Repeat(items[0], count - items.Count)];

    /// <summary>Does what a graph does, on what lies in the fixed memory.</summary>
    private void Compute(GraphKey key)
    {
        using var scope = TensorScope.Open();
        var plan = model.FixedPlan(cache, _fixed!.Indices(key.Rows), key.Length);
        var logits = model.Run(cache, plan);
        if (key.Draw is { } draw)
        {
            _fixed.Tokens(key.Rows).CopyFrom(Ids(logits, draw, key.Rows).To(ScalarType.Float32));
        }
        else
        {
            _fixed.Logits(key.Rows).CopyFrom(logits);
        }
    }

    /// <summary>Chooses by each way that some row needs, and takes of each row what it asked for.</summary>
    private Tensor Ids(Tensor logits, RowDraw most, int rows)
    {
        var ids = logits.ArgMax();
        if (most == RowDraw.Greedy)
        {
            return ids;
        }

        var (columns, kinds) = _fixed!.Settings(rows);
        ids = Of(RowDraw.Drawn, () => TokenDraw.FromAll(most == RowDraw.Cut ? logits.Copy() : logits, columns));
        return most == RowDraw.Drawn ? ids : Of(RowDraw.Cut, () => TokenDraw.FromCut(logits, columns, hasMinP: true));

        Tensor Of(RowDraw kind, Func<Tensor> draw)
        {
            // One way's numbers, as many as the vocabulary has for each row, are freed before the next one's are made.
            using var scope = TensorScope.Open();
            return scope.Keep(draw().Where(kinds.Equal(Tensor.Number((float)kind)), ids));
        }
    }

    private void GiveUp(string trouble)
    {
        Trouble = trouble;
        Clear();
        tell?.Invoke(trouble);
    }

    private void Clear()
    {
        foreach (var held in _graphs.Values)
        {
            device.Free(held.Graph);
        }

        _graphs.Clear();
        _fixed?.Dispose();
        _fixed = null;
    }
}
